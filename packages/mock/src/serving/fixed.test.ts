import { expect, test } from 'vitest';

import { createDraggingServing } from './dragging.ts';
import { createFixedServing, type FixedServingOptions } from './fixed.ts';
import { latencySchema } from './latency.ts';
import type { Service, Work } from './model.ts';
import { createSteppingClock } from '../test/stepping-clock.ts';
import { createTimeline } from '../time/timeline.ts';

const MS = 1e6;

function serving(options: Partial<FixedServingOptions> = {}) {
  const clock = createSteppingClock();
  const timeline = createTimeline(clock);
  const latency = latencySchema.parse({ ttftMs: 10, itlMs: 2 });
  const model = createFixedServing({ latency, seed: 1, workers: 2, ...options }, timeline);
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

test('createDraggingServing() makes a token every so often until cancelled', () => {
  const { clock, timeline, model } = serving();
  const dues: number[] = [];
  const dragging = createDraggingServing(5, model, timeline);
  const service = taken(dragging.serve(work(), (_tokens, dueNs) => dues.push(dueNs / MS)));
  clock.moveTo(27 * MS);
  service.cancel();
  clock.moveTo(100 * MS);
  expect(dues).toEqual([10, 15, 20, 25]);
});
