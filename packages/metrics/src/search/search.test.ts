import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createRandom } from '../compare/statistics/random.ts';
import type { SearchFile, SearchPlan, SearchProbe } from '../schemas/search.ts';
import { capacityRatio, differencesBetweenSearches } from './compare-searches.ts';
import { crossingOf, decreasingFit } from './curve.ts';
import { nextStep } from './next-probe.ts';
import { searchResult } from './search-result.ts';
import { shareOf } from './share.ts';

const PLAN: SearchPlan = {
  trace: 'trace.jsonl',
  trace_digest: 'd',
  target: ['http://server'],
  is_simulated: false,
  objectives: [],
  share: 0.95,
  precision: 0.05,
  from: 1,
  ramp_s: 30,
  window_s: 60,
  fastest: 1000,
  max_probes: 40,
  seed: 7,
  warm_up: false,
};

type ShareAt = (speed: number) => number;

/** A probe of a server of which `shareAt` of the rows are good at a speed. */
function probeOf(speed: number, purpose: SearchProbe['purpose'], seed: number, shareAt: ShareAt) {
  const random = createRandom(seed);
  const share = Math.min(1, Math.max(0, shareAt(speed)));
  const blocks = Array.from({ length: 6 }, () => {
    let good = 0;
    for (let row = 0; row < 80; row++) if (random() < share) good++;
    return { rows: 80, good };
  });
  const rate = { offered_per_s: 8 * speed, served_per_s: 8 * Math.min(speed, 12) };
  const bad = blocks.reduce((sum, block) => sum + block.rows - block.good, 0);
  const broken = { time_to_first_token: bad };
  return { speed, seed, purpose, blocks, ...rate, broken, took_s: 90 } as SearchProbe;
}

function search(plan: SearchPlan, shareAt: ShareAt): SearchFile {
  const probes: SearchProbe[] = [];
  for (;;) {
    const step = nextStep(plan, probes);
    if (step.kind === 'end') break;
    const seed = plan.seed + probes.length;
    probes.push(probeOf(step.speed, step.purpose, seed, shareAt));
  }
  return { schema_version: 1, state: 'completed', plan, probes };
}

/** A server that falls from all good to none within a tenth above its capacity. */
const fallingAt =
  (capacity: number): ShareAt =>
  (speed) =>
    0.95 - (3 * (speed - capacity)) / capacity;

test.each([1.3, 4, 11.3, 90])('finds a capacity of %s within the bracket', (capacity) => {
  const file = search(PLAN, fallingAt(capacity));
  const { outcome, bracket } = searchResult(file);
  expect(outcome?.kind).toBe('found');
  expect(bracket.high! / bracket.low!).toBeLessThan(1.2);
  expect(bracket.low!).toBeLessThan(capacity * 1.03);
  expect(bracket.high!).toBeGreaterThan(capacity * 0.97);
  const doublings = Math.ceil(Math.log2(capacity)) + 1;
  expect(new Set(file.probes.map(({ speed }) => speed)).size).toBeLessThanOrEqual(doublings + 6);
});

test('goes down where the first speed fails', () => {
  const { bracket } = searchResult(search(PLAN, fallingAt(0.3)));
  expect(bracket.low!).toBeLessThan(0.31);
  expect(bracket.high!).toBeGreaterThan(0.29);
});

test.each<[name: string, plan: Partial<SearchPlan>, shareAt: ShareAt, kind: string]>([
  ['everything passes', { fastest: 20 }, () => 1, 'trace-too-short'],
  ['nothing passes', {}, () => 0.5, 'too-slow'],
  ['the probes are used up', { max_probes: 4 }, fallingAt(11), 'out-of-probes'],
])('ends where %s', (_name, plan, shareAt, kind) => {
  expect(searchResult(search({ ...PLAN, ...plan }, shareAt)).outcome?.kind).toBe(kind);
});

test('throws the first probe away where a warm-up is asked for', () => {
  const file = search({ ...PLAN, warm_up: true }, fallingAt(3));
  expect(file.probes[0]).toMatchObject({ purpose: 'warm-up', speed: 1 });
  expect(searchResult(file).speeds.flatMap(({ made }) => made)).not.toContain(file.probes[0]);
});

test('goes on where it was, from any number of its probes', () => {
  const whole = search(PLAN, fallingAt(11.3));
  for (let made = 0; made < whole.probes.length; made++) {
    const { speed, purpose } = whole.probes[made]!;
    const next = nextStep(PLAN, whole.probes.slice(0, made));
    expect(next).toEqual({ kind: 'probe', speed, purpose });
  }
});

test('a speed limited twice by the client ends the search, and is no bound', () => {
  const probes: SearchProbe[] = [];
  for (;;) {
    const step = nextStep(PLAN, probes);
    if (step.kind === 'end') {
      expect(step.outcome).toEqual({ kind: 'client-limited', at: 8, low: 4 });
      break;
    }
    const probe = probeOf(step.speed, step.purpose, probes.length, () => 1);
    probes.push(step.speed >= 8 ? { ...probe, client_limited: 'lag' } : probe);
  }
  expect(searchResult({ plan: PLAN, probes }).speeds.map(({ speed }) => speed)).toEqual([1, 2, 4]);
});

test('one probe that the client spoiled is made again', () => {
  const probe = probeOf(1, 'bracket', 7, () => 1);
  const spoiled = { ...probe, client_limited: 'lag' };
  expect(nextStep(PLAN, [spoiled])).toEqual({ kind: 'probe', speed: 1, purpose: 'bracket' });
  expect(nextStep(PLAN, [spoiled, probe])).toMatchObject({ speed: 2 });
});

test('a probe that was stopped early fails without a window', () => {
  const stopped = { reason: 'bad_rows', after_s: 41 } as const;
  const probe = { ...probeOf(1, 'bracket', 7, () => 1), blocks: [], stopped };
  expect(nextStep(PLAN, [probe])).toMatchObject({ speed: 0.5 });
});

test('an end that does not stand its repeats moves outwards, and the region is named', () => {
  // The bracket lies at 8 and 8.4 or so; repeats then see a server that carries less.
  let isRepeat = false;
  const file = ((): SearchFile => {
    const probes: SearchProbe[] = [];
    for (;;) {
      const step = nextStep(PLAN, probes);
      if (step.kind === 'end') return { schema_version: 1, state: 'completed', plan: PLAN, probes };
      isRepeat ||= step.purpose === 'confirm';
      const shareAt = fallingAt(isRepeat ? 7 : 9.5);
      probes.push(probeOf(step.speed, step.purpose, 7 + probes.length, shareAt));
    }
  })();
  const { outcome, bracket } = searchResult(file);
  expect(outcome?.kind).toBe('found');
  expect(bracket.low!).toBeLessThan(7.1);
  expect(bracket.high!).toBeGreaterThan(9);
});

test('names the knee, the limit that broke first and a region that is not monotone', () => {
  const result = searchResult(search(PLAN, fallingAt(14)));
  expect(result.knee).toBeGreaterThan(12);
  expect(result.brokenFirst).toMatchObject({ limit: 'time_to_first_token' });
  const strange = (speed: number) => (speed === 2 ? 0.5 : 1);
  const probes = [1, 2, 4].map((speed, index) => probeOf(speed, 'bracket', index, strange));
  expect(searchResult({ plan: PLAN, probes }).notMonotone).toEqual({ from: 2, to: 4 });
});

test.each<[share: number, rows: number]>([
  // Independent rows that Wilson's interval needs to leave 95 %.
  [1, 73],
  [0.98, 203],
  [0.97, 457],
  [0.9, 73],
])('a share of %s leaves 95 %% with %s rows and not with fewer', (share, rows) => {
  const leaves = (count: number) => {
    const { low, high } = shareOf([{ rows: count, good: share * count }])!;
    return low > 0.95 || high < 0.95;
  };
  expect(leaves(rows)).toBe(true);
  expect(leaves(rows - 1)).toBe(false);
});

test('blocks that differ are worth fewer rows, and flippable rows widen downwards', () => {
  const alike = shareOf(Array.from({ length: 6 }, () => ({ rows: 50, good: 45 })))!;
  const apart = shareOf([50, 50, 50, 50, 50, 20].map((good) => ({ rows: 50, good })))!;
  expect(alike.share).toBe(apart.share);
  expect(alike.independentRows).toBe(300);
  expect(apart.independentRows).toBeLessThan(30);
  const unsure = shareOf([{ rows: 300, good: 270 }], 10)!;
  expect(unsure.low).toBeLessThan(alike.low);
  expect(unsure.high).toBe(alike.high);
  expect(shareOf([{ rows: 0, good: 0 }])).toBeUndefined();
});

test('covers the truth of rows that share their fate in about 95 of 100 draws', () => {
  const random = createRandom(3);
  let covered = 0;
  for (let draw = 0; draw < 400; draw++) {
    const blocks = Array.from({ length: 8 }, () => {
      // All rows of a block share a level; its mean is 0.9.
      const level = 0.8 + 0.2 * random();
      let good = 0;
      for (let row = 0; row < 60; row++) if (random() < level) good++;
      return { rows: 60, good };
    });
    const { low, high } = shareOf(blocks)!;
    if (low <= 0.9 && 0.9 <= high) covered++;
  }
  expect(covered / 400).toBeGreaterThan(0.91);
});

const pointsArbitrary = fc
  .array(fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), rows: fc.nat(500) }), {
    maxLength: 12,
  })
  .map((all) => all.map(({ share, rows }, index) => ({ speed: index + 1, share, rows: rows + 1 })));

test('the fit falls, keeps the mean, and is itself where the points fall already', () => {
  fc.assert(
    fc.property(pointsArbitrary, (points) => {
      const fit = decreasingFit(points);
      const mean = (all: typeof points) => all.reduce((sum, p) => sum + p.share * p.rows, 0);
      expect(fit.map(({ speed }) => speed)).toEqual(points.map(({ speed }) => speed));
      expect(mean([...fit])).toBeCloseTo(mean(points), 6);
      for (const [index, { share }] of fit.entries()) {
        if (index > 0) expect(share).toBeLessThanOrEqual(fit[index - 1]!.share + 1e-12);
      }
      const again = decreasingFit(fit);
      for (const [index, { share }] of again.entries()) {
        expect(share).toBeCloseTo(fit[index]!.share, 9);
      }
    }),
  );
});

test('the crossing lies between the points around the target, by ratio', () => {
  const points = [
    { speed: 1, share: 1, rows: 10 },
    { speed: 4, share: 0.9, rows: 10 },
  ];
  expect(crossingOf(points, 0.95)).toBeCloseTo(2);
  expect(crossingOf(points, 0.5)).toBeUndefined();
  expect(crossingOf([], 0.5)).toBeUndefined();
});

test('the ratio of two capacities has the true one in its interval, and equal ones have 1', () => {
  const first = search({ ...PLAN, seed: 1 }, fallingAt(8));
  const faster = capacityRatio(first, search({ ...PLAN, seed: 1 }, fallingAt(12)))!;
  expect(faster.low).toBeLessThan(1.5);
  expect(faster.high).toBeGreaterThan(1.5);
  expect(faster.low).toBeGreaterThan(1.3);
  const same = capacityRatio(first, search({ ...PLAN, seed: 901 }, fallingAt(8)))!;
  expect(same.low).toBeLessThan(1);
  expect(same.high).toBeGreaterThan(1);
  expect(
    capacityRatio(
      first,
      search({ ...PLAN, fastest: 4 }, () => 1),
    ),
  ).toBeUndefined();
});

test('searches of different traces, seeds or windows are not compared', () => {
  const file = search(PLAN, fallingAt(2));
  const other = { ...file, plan: { ...PLAN, window_s: 30, trace_digest: 'e' } };
  expect(differencesBetweenSearches(file, other)).toEqual(['trace_digest', 'window_s']);
  expect(differencesBetweenSearches(file, file)).toEqual([]);
});
