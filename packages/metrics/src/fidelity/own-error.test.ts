import { describe, expect, test } from 'vitest';

import { Histogram } from '../count/histogram.ts';
import { countDuration, createLogCounts, quantileOf } from '../count/log-counts.ts';
import { METRIC_TAGS, type MetricTag } from '../record/catalog.ts';
import { JUDGED_FIGURES, type JudgedFigure } from '../schemas/fidelity.ts';
import type { Lateness } from '../schemas/readings.ts';
import type { Distribution } from '../schemas/summary.ts';
import { ownErrorOf } from './own-error.ts';

type Draw = () => number;

/** Numbers from 0 to 1, the same for the same seed. */
function uniform(seed: number): Draw {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const constant = (ms: number) => (): Draw => () => ms;
const between = (low: number, high: number) => (random: Draw) => () =>
  low + (high - low) * random();
/** A long tail, as of a server under load. */
const longTail = (middle: number) => (random: Draw) => () =>
  middle * Math.exp(0.8 * normal(random));
const normal = (random: Draw) => Math.sqrt(-2 * Math.log(random())) * Math.cos(6.2832 * random());

/** A quiet loop: mostly 0.1 ms. */
const quiet = (random: Draw) => () => -0.1 * Math.log(random());
/** For a share of the time it stands still, so long at once. */
const stalled = (share: number, forMs: number) => (random: Draw) => () =>
  -0.1 * Math.log(random()) + (random() < share ? forMs * random() : 0);

const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

function exactOf(values: readonly number[], figure: JudgedFigure): number {
  if (figure === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(SHARES[figure] * values.length) - 1]!;
}

/** As a summary prints it, with the histogram that it was printed from. */
function printedOf(valuesMs: readonly number[]) {
  const histogram = new Histogram();
  for (const ms of valuesMs) histogram.record(Math.round(ms * 1e6));
  const at = (share: number) => histogram.valueAtRank(Math.ceil(share * valuesMs.length)) / 1e6;
  const metric: Distribution = {
    unit: 'ms',
    count: valuesMs.length,
    mean: histogram.meanMs!,
    min: histogram.minNs! / 1e6,
    max: histogram.maxNs! / 1e6,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
  };
  return { histogram, metric };
}

function latenessOf(valuesMs: readonly number[]): Lateness {
  const counts = createLogCounts();
  for (const ms of valuesMs) countDuration(counts, ms * 1e6);
  const at = (share: number) => quantileOf(counts, share)! / 1e6;
  const { count, sumNs, maxNs } = counts;
  return {
    count,
    mean: sumNs / count / 1e6,
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p97_5: at(0.975),
    p99: at(0.99),
    p99_5: at(0.995),
    p99_9: at(0.999),
    max: maxNs / 1e6,
  };
}

const ROWS = 1500;
const GAPS = 99;
const draw = (count: number, next: Draw) => Array.from({ length: count }, next);

/** Rows of known latencies, read and sent with known errors, and a canary of the same errors. */
function simulate(values: (random: Draw) => Draw, error: (random: Draw) => Draw, seed: number) {
  const random = uniform(seed);
  const [next, late] = [values(random), error(random)];
  const send = quiet(random);
  const trueMs = draw(ROWS, next);
  const firsts = draw(ROWS, late);
  const lasts = draw(ROWS, late);
  const sends = draw(ROWS, send);
  const itlMs = draw(ROWS, between(9, 12)(random));
  const told = {
    time_to_first_token: trueMs.map((ms, row) => ms + firsts[row]! + sends[row]!),
    inter_token_latency: itlMs.map((ms, row) => ms + (lasts[row]! - firsts[row]!) / GAPS),
    request_latency: trueMs.map((ms, row) => ms + 1000 + lasts[row]! + sends[row]!),
    schedule_lag: draw(ROWS, between(0.05, 0.6)(random)),
  };
  const truth = {
    time_to_first_token: trueMs,
    inter_token_latency: itlMs,
    request_latency: trueMs.map((ms) => ms + 1000),
    schedule_lag: told.schedule_lag.map((ms, row) => ms + sends[row]!),
  };
  const gapsPerRow = createLogCounts();
  for (let row = 0; row < ROWS; row++) countDuration(gapsPerRow, GAPS);
  const histograms = Object.fromEntries(METRIC_TAGS.map((tag) => [tag, new Histogram()])) as Record<
    MetricTag,
    Histogram
  >;
  const loops = {
    loops: 1,
    observed_ms: 10_000,
    receive_error: latenessOf(draw(1000, error(random))),
    send_error: latenessOf(draw(250, send)),
  };
  const schedule = { rows: ROWS, instants: ROWS, span_ms: 10_000 };
  return (Object.keys(told) as (keyof typeof told)[]).flatMap((tag) => {
    const { histogram, metric } = printedOf(told[tag]);
    const sources = {
      readings: { loops, schedule },
      gapsPerRow,
      histograms: { ...histograms, [tag]: histogram },
    };
    const statedMs = ownErrorOf(tag, metric, sources);
    return JUDGED_FIGURES.map((figure) => ({
      tag,
      figure,
      trueErrorMs: Math.abs((metric[figure] ?? NaN) - exactOf(truth[tag], figure)),
      statedMs: statedMs(figure)!,
    }));
  });
}

const latencies: [what: string, values: (random: Draw) => Draw][] = [
  ['all of 50 ms', constant(50)],
  ['of 30 to 170 ms', between(30, 170)],
  ['of a long tail around 80 ms', longTail(80)],
];
const errors: [what: string, error: (random: Draw) => Draw][] = [
  ['a quiet loop', quiet],
  ['stalls of 5 ms in a tenth of the time', stalled(0.1, 5)],
  ['stalls of 40 ms in a tenth of the time', stalled(0.1, 40)],
  ['stalls of 300 ms in 3 % of the time', stalled(0.03, 300)],
];
const cases = latencies.flatMap(([what, values]) =>
  errors.map(([loop, error]) => [what, loop, values, error] as const),
);
const SEEDS = [11, 222, 3333, 44_444];

describe('ownErrorOf() against latencies of known errors', () => {
  const runs = cases.map(([what, loop, values, error]) => {
    const figures = SEEDS.flatMap((seed) => simulate(values, error, seed));
    const beyond = figures.filter(({ trueErrorMs, statedMs }) => trueErrorMs > statedMs);
    return { name: `latencies ${what}, ${loop}`, figures, beyond };
  });

  test.each(runs)('$name: 9 of 10 figures are within it', ({ figures, beyond }) => {
    expect(beyond.length, JSON.stringify(beyond)).toBeLessThanOrEqual(figures.length / 10);
  });

  const all = runs.flatMap(({ figures }) => figures);

  test('19 of 20 figures of all of them are within it', () => {
    const within = all.filter(({ trueErrorMs, statedMs }) => trueErrorMs <= statedMs);
    expect(within.length / all.length).toBeGreaterThanOrEqual(0.95);
  });

  test('it is at most three times the true error at the median, where it exceeds 0.2 ms', () => {
    const ratios = all
      .filter(({ statedMs }) => statedMs > 0.2)
      .map(({ statedMs, trueErrorMs }) => statedMs / trueErrorMs)
      .sort((a, b) => a - b);
    expect(ratios.length).toBeGreaterThan(100);
    expect(ratios[ratios.length >> 1]).toBeLessThanOrEqual(3);
  });
});
