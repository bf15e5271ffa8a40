import { expect, test } from 'vitest';

import { decodeJournal, encodeJournal, JournalKeeper } from './journal.ts';
import { createSteppingClock } from '../test/stepping-clock.ts';

function filled() {
  const keeper = new JournalKeeper(createSteppingClock());
  const log = keeper.open({ request: 1, connection: 4, path: '/v1/completions', headersNs: 5 });
  log.bodyNs = 9;
  log.chunk(1, 100, 103);
  log.chunk(3, 200, 209);
  log.end('completed', 300);
  log.end('client_gone', 400);
  keeper.open({ request: 2, connection: 5, path: '/v1/completions', headersNs: 6 });
  return keeper;
}

test('JournalKeeper gives absolute instants as strings, and leaves out what is unknown', () => {
  expect(filled().read()).toEqual({
    clock: { type: 'clock', monotonic_ns: '1000000000000000000', unix_ms: 1_700_000_000_000 },
    requests: [
      {
        type: 'request',
        request: 1,
        connection: 4,
        path: '/v1/completions',
        scenario: 'healthy',
        headers_ns: '1000000000000000005',
        body_ns: '1000000000000000009',
        first_token_ns: '1000000000000000103',
        last_token_ns: '1000000000000000209',
        tokens_sent: 4,
        chunks_sent: 2,
        end_ns: '1000000000000000300',
        outcome: 'completed',
        emission_lag_mean_ns: 6,
        emission_lag_max_ns: 9,
      },
      {
        type: 'request',
        request: 2,
        connection: 5,
        path: '/v1/completions',
        scenario: 'healthy',
        headers_ns: '1000000000000000006',
        tokens_sent: 0,
        chunks_sent: 0,
      },
    ],
    summary: {
      type: 'summary',
      requests: 2,
      connections: 2,
      emission_lag: { count: 2, mean_ns: 6, p50_ns: 3, p99_ns: 9, max_ns: 9 },
    },
  });
});

test('decodeJournal() takes encodeJournal() back, one JSON value a line', () => {
  const journal = filled().read();
  const text = encodeJournal(journal);
  expect(text.trimEnd().split('\n')).toHaveLength(4);
  expect(decodeJournal(text)).toEqual(journal);
});

test('decodeJournal() refuses a text that is none', () => {
  expect(() => decodeJournal('{"type":"clock"}\n')).toThrow('Cannot read journal');
});

test('JournalKeeper forgets, and what runs on does not come back', () => {
  const keeper = filled();
  const log = keeper.open({ request: 3, connection: 6, path: '/', headersNs: 7 });
  keeper.reset();
  log.chunk(1, 10, 20);
  expect(keeper.read()).toMatchObject({
    requests: [],
    summary: { requests: 0, connections: 0, emission_lag: { count: 0 } },
  });
});
