import { expect, test } from 'vitest';

import {
  createFixedServing,
  type FixedServingOptions,
  type KnownTimes,
  latencySchema,
  serveDragging,
} from './fixed.ts';
import type { Service, Work } from './model.ts';
import { createSteppingClock } from '../test/stepping-clock.ts';
import { createTimeline } from '../time/timeline.ts';

const MS = 1e6;

function serving(options: Partial<FixedServingOptions> = {}) {
  const clock = createSteppingClock();
  const timeline = createTimeline(clock);
  const latency = latencySchema.parse({ ttftMs: 10, itlMs: 2 });
  const model = createFixedServing({ latency, workers: 2, ...options }, timeline);
  return { clock, timeline, model };
}

const work = (changes: Partial<Work> = {}): Work => ({
  request: 1,
  arrivedNs: 0,
  inputTokens: 5,
  outputTokens: 3,
  ...changes,
});

const taken = (service: Service | 'overloaded'): Service => {
  if (service === 'overloaded') throw new Error('overloaded');
  return service;
};

test('createFixedServing() sends tokens on an absolute schedule, however late it is called', () => {
  const { clock, model } = serving();
  const dues: [tokens: number, dueMs: number][] = [];
  model.serve(work({ arrivedNs: 3 * MS }), (tokens, dueNs) => {
    dues.push([tokens, dueNs / MS]);
    clock.moveTo(clock.nowNs() + 0.7 * MS);
  });
  clock.moveTo(100 * MS);
  expect(dues).toEqual([
    [1, 13],
    [1, 15],
    [1, 17],
  ]);
});

const table: [
  behaviour: string,
  latency: Partial<KnownTimes>,
  input: number,
  output: number,
  offsetsMs: number[],
  tokens: number[],
][] = [
  ['sends a token each inter-token latency', {}, 5, 3, [10, 12, 14], [1, 1, 1]],
  ['adds time for each prompt token', { perInputTokenMs: 0.5 }, 8, 2, [14, 16], [1, 1]],
  ['sends a single token', {}, 1, 1, [10], [1]],
  [
    'sends the first alone, then at each multiple of the interval, then the rest',
    { streamInterval: 3 },
    1,
    8,
    [10, 14, 20, 24],
    [1, 2, 3, 2],
  ],
  [
    'sends no chunk twice when the interval ends with the answer',
    { streamInterval: 3 },
    1,
    6,
    [10, 14, 20],
    [1, 2, 3],
  ],
  ['scales every time', { timeScale: 0.5, perInputTokenMs: 1 }, 4, 2, [7, 8], [1, 1]],
  ['sends all at once at scale 0', { timeScale: 0 }, 4, 3, [0, 0, 0], [1, 1, 1]],
];

test.each(table)(
  'createFixedServing() %s',
  (_behaviour, times, inputTokens, outputTokens, offsetsMs, tokens) => {
    const latency = latencySchema.parse({ ttftMs: 10, itlMs: 2, ...times });
    const { clock, model } = serving({ latency });
    const chunks: [tokens: number, dueMs: number][] = [];
    const onTokens = (count: number, dueNs: number) => void chunks.push([count, dueNs / MS]);
    model.serve(work({ inputTokens, outputTokens }), onTokens);
    clock.moveTo(100 * MS);
    expect(chunks).toEqual(tokens.map((count, index) => [count, offsetsMs[index]]));
  },
);

test('createFixedServing() takes workers in turn, with ids that need 64 bits', () => {
  const { model } = serving();
  const ids = [1, 2, 3].map(
    (request) => taken(model.serve(work({ request }), () => undefined)).facts.decodeWorkerId,
  );
  expect(ids[0]).not.toBe(ids[1]);
  expect(ids[2]).toBe(ids[0]);
  for (const id of ids) expect(String(Number(id))).not.toBe(id);
});

test('createFixedServing() is overloaded while its limit is in flight, and not before or after', () => {
  const { clock, model } = serving({ maxInFlight: 1 });
  const first = taken(model.serve(work(), () => undefined));
  expect(model.serve(work(), () => undefined)).toBe('overloaded');
  clock.moveTo(20 * MS);
  const second = taken(model.serve(work({ arrivedNs: 20 * MS }), () => undefined));
  first.cancel();
  expect(model.serve(work(), () => undefined)).toBe('overloaded');
  second.cancel();
  second.cancel();
  taken(model.serve(work(), () => undefined));
  expect(model.serve(work(), () => undefined)).toBe('overloaded');
});

test('createFixedServing() sends nothing after cancel', () => {
  const { clock, model } = serving();
  let tokens = 0;
  const service = taken(model.serve(work(), (count) => (tokens += count)));
  clock.moveTo(11 * MS);
  service.cancel();
  clock.moveTo(100 * MS);
  expect(tokens).toBe(1);
});

test('serveDragging() makes a token every so often until cancelled', () => {
  const { clock, timeline, model } = serving();
  const dues: number[] = [];
  const onTokens = (_tokens: number, dueNs: number) => void dues.push(dueNs / MS);
  const service = taken(serveDragging(model, timeline, 5, work(), onTokens));
  clock.moveTo(27 * MS);
  service.cancel();
  clock.moveTo(100 * MS);
  expect(dues).toEqual([10, 15, 20, 25]);
});
