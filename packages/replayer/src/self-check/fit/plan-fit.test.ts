import { countDuration, createLogCounts } from '@trace-replay/metrics/internal';
import { expect, test } from 'vitest';

import { assumedTimes } from '../../dry-run.ts';
import { createSchedule } from '../../schedule/schedule.ts';
import { type Misfit, misfitsOf } from './plan-fit.ts';
import { type AssumedTimes, plannedLoad } from './planned-load.ts';
import type { Machine } from './this-machine.ts';

/** Rows as [timestamp ms, prompt tokens, output tokens]. */
type Rows = readonly (readonly [atMs: number, inputTokens: number, outputTokens: number])[];

function loadOf(rows: Rows, times: Partial<AssumedTimes> = {}) {
  return plannedLoad(
    createSchedule(Float64Array.from(rows, ([atMs]) => atMs)),
    {
      inputTokens: Float64Array.from(rows, ([, input]) => input),
      outputTokens: Float64Array.from(rows, ([, , output]) => output),
    },
    { firstTokenMs: 0, perTokenMs: 10, ...times },
    5,
  );
}

test('plannedLoad() counts bursts, bytes and gaps', () => {
  const load = loadOf([
    [0, 100, 1],
    [0, 300, 1],
    [1000, 50, 1],
    [3000, 200, 1],
  ]);
  expect(load).toMatchObject({
    rows: 4,
    spanMs: 3000,
    meanGapMs: 1500,
    inputTokens: 650,
    outputTokens: 4,
    bodyBytes: 3250,
    longestBodyBytes: 1500,
    burst: { rows: 2, bytes: 2000 },
  });
  expect(load.rowsPerSecond).toBeCloseTo(4 / 3);
});

test('plannedLoad() of rows that are all due at once knows no gap and no rate', () => {
  const load = loadOf([
    [5, 1, 1],
    [5, 1, 1],
  ]);
  expect(load).toMatchObject({ spanMs: 0, burst: { rows: 2 }, peakStreams: 2 });
  expect(load).not.toHaveProperty('meanGapMs');
  expect(load).not.toHaveProperty('rowsPerSecond');
});

const peaks: [what: string, rows: Rows, times: Partial<AssumedTimes>, peak: number][] = [
  [
    'one after the other: a stream that ends makes room',
    [
      [0, 1, 10],
      [100, 1, 10],
    ],
    {},
    1,
  ],
  [
    'one into the other',
    [
      [0, 1, 11],
      [100, 1, 10],
    ],
    {},
    2,
  ],
  [
    'a long one under three short ones',
    [
      [0, 1, 99],
      [100, 1, 1],
      [200, 1, 1],
      [300, 1, 1],
    ],
    {},
    2,
  ],
  [
    'time to the first token counts',
    [
      [0, 1, 1],
      [100, 1, 1],
    ],
    { firstTokenMs: 100 },
    2,
  ],
  [
    'no row lasts longer than its limit',
    [
      [0, 1, 1e6],
      [100, 1, 1],
    ],
    { longestMs: 100 },
    1,
  ],
];

test.each(peaks)('plannedLoad() peak of streams: %s', (_what, rows, times, peak) => {
  const load = loadOf(rows, times);
  expect(load.peakStreams).toBe(peak);
  expect(load.peakTokensPerSecond).toBe(peak * 100);
});

test('assumedTimes() are what the objectives allow', () => {
  expect(assumedTimes([])).toMatchObject({ firstTokenMs: 0, perTokenMs: 50 });
  expect(
    assumedTimes([
      { metric: 'time_to_first_token', limitMs: 2000 },
      { metric: 'inter_token_latency', limitMs: 25 },
      { metric: 'request_latency', limitMs: 9000 },
    ]),
  ).toEqual({ firstTokenMs: 2000, perTokenMs: 25, longestMs: 9000 });
});

/** 1,000 streams open at once, 100 ms apart, 10 ms a token: 100,000 tokens/s. */
const LOAD = {
  ...loadOf([
    [0, 1, 1],
    [100, 1, 1],
  ]),
  peakStreams: 1000,
  peakTokensPerSecond: 100_000,
};

function machine(lateMs: number, fields: Partial<Machine> = {}): Machine {
  const timerLateness = createLogCounts();
  countDuration(timerLateness, lateMs * 1e6);
  return {
    cores: 4,
    memoryBytes: 1e9,
    descriptors: { limit: 1064, open: 20 },
    ports: { range: 1500, timeWait: 500 },
    timerLateness,
    receiveError: createLogCounts(),
    ...fields,
  };
}

const fits: [what: string, Machine, misfits: Misfit['kind'][]][] = [
  ['a machine that just has it', machine(10), []],
  ['a descriptor too few', machine(1, { descriptors: { limit: 1063, open: 20 } }), ['descriptors']],
  ['a port too few', machine(1, { ports: { range: 1500, timeWait: 501 } }), ['ports']],
  ['half a core too few', machine(1, { cores: 3 }), ['cores']],
  ['a timer late by more than a tenth of the gap', machine(10.1), ['timers']],
  ['less memory than streams and bodies take', machine(1, { memoryBytes: 256e6 }), ['memory']],
  [
    'several at once',
    machine(500, { cores: 1, descriptors: { limit: 64, open: 9 } }),
    ['descriptors', 'cores', 'timers'],
  ],
];

test.each(fits)('misfitsOf() %s', (_what, has, misfits) => {
  const found = misfitsOf(LOAD, has, { targets: 1, windowBytes: 32e6 });
  expect(found.map(({ kind }) => kind)).toEqual(misfits);
});

test('misfitsOf() compares nothing that the platform does not tell, and shares ports out', () => {
  const { descriptors: _d, ports: _p, ...bare } = machine(1);
  expect(misfitsOf(LOAD, bare, { targets: 1, windowBytes: 0 })).toEqual([]);
  const few = machine(1, { ports: { range: 500 } });
  expect(misfitsOf(LOAD, few, { targets: 2, windowBytes: 0 })).toEqual([]);
});
