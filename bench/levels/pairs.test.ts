import { expect, test } from 'vitest';

import { replayClient } from '../clients/replay.ts';
import { runPairs, type Subject } from './pairs.ts';

const subject = (name: string): Subject => ({
  name,
  client: replayClient(),
  server: { ttftMs: 1, itlMs: 1 },
  large: { rows: [] },
});

test('runPairs() alternates the order, and leaves out what failed', async () => {
  const order: string[] = [];
  const failed: string[] = [];
  const pairs = await runPairs(
    ['floor', 'replay'].map(subject),
    3,
    ({ name }, pair) => {
      order.push(`${name}${pair}`);
      if (name === 'floor' && pair === 1) return Promise.reject(new Error('gone'));
      return Promise.resolve({ lag_p50_ms: pair });
    },
    ({ name }, { message }) => failed.push(`${name}: ${message}`),
  );
  expect(order).toEqual(['floor0', 'replay0', 'replay1', 'floor1', 'floor2', 'replay2']);
  expect(pairs[1]).toEqual({ replay: { lag_p50_ms: 1 } });
  expect(failed).toEqual(['floor: gone']);
});
