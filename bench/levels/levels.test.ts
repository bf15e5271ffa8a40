import { expect, test } from 'vitest';

import { floorClient } from '../clients/floor.ts';
import { plainUndiciClient } from '../clients/plain-undici.ts';
import { replayClient } from '../clients/replay.ts';
import { type MeasureName, MEASURE_NAMES } from '../figures/measures.ts';
import type { Pair } from '../figures/targets.ts';
import { LEVELS } from './levels.ts';

const floor = floorClient('floor');
const clients = {
  replay: replayClient(),
  floor,
  uniformFloor: floor,
  plainUndici: plainUndiciClient,
  aiperf: [floorClient('aiperf', 'aiperf 0.7.0')],
};
const everything = Object.fromEntries(MEASURE_NAMES.map((name) => [name, 2])) as Readonly<
  Record<MeasureName, number>
>;
const cases = LEVELS.map((level) => [level.name, level] as const);

test.each(cases)('level %s has a figure for each of its targets', (_name, level) => {
  const subjects = level.subjects(clients, false).map(({ name }) => name);
  const pair: Pair = Object.fromEntries(subjects.map((name) => [name, everything]));
  expect(new Set(subjects).size).toBe(subjects.length);
  const missing = level.targets(clients).filter((target) => target.of(pair) === undefined);
  expect(missing.map(({ text }) => text)).toEqual([]);
});

test.each(cases)('level %s is shorter when quick, and in due order', (_name, level) => {
  const [quick] = level.subjects(clients, true);
  const [full] = level.subjects(clients, false);
  expect(quick!.large.rows.length).toBeGreaterThan(0);
  const tokens = (rows: typeof full) =>
    rows!.large.rows.reduce((sum, row) => sum + row.outputTokens, 0);
  expect(tokens(quick)).toBeLessThan(tokens(full));
  const dues = full!.large.rows.map(({ dueMs }) => dueMs);
  expect(dues).toEqual([...dues].sort((a, b) => a - b));
});

test('level streams keeps 10,000 events a second while streams grow from 30 to 300, for both clients', () => {
  const level = LEVELS.find(({ name }) => name === 'streams')!;
  const open = level.subjects(clients, false).map(({ server, large }) => {
    const { rows } = large;
    const perSecond = (1000 * (rows.length - 1)) / rows.at(-1)!.dueMs;
    const { outputTokens } = rows[0]!;
    expect(perSecond * outputTokens).toBeCloseTo(10_000, -2);
    return Math.round((perSecond * outputTokens * server.itlMs) / 1000);
  });
  expect(open).toEqual([30, 100, 300, 30, 100, 300]);
});

test('level burst-open has 1,000 streams open from before the first burst to the last', () => {
  const level = LEVELS.find(({ name }) => name === 'burst-open')!;
  const { server, large } = level.subjects(clients, false)[0]!;
  const openAt = (atMs: number) =>
    large.rows.filter(
      ({ dueMs, outputTokens }) => dueMs <= atMs && dueMs + outputTokens * server.itlMs > atMs,
    ).length;
  const bursts = large.burstsDueMs!;
  expect(bursts.length).toBeGreaterThan(15);
  for (const dueMs of bursts) expect(openAt(dueMs - 1)).toBe(1000);
});
