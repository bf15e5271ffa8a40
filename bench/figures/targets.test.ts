import { expect, test } from 'vitest';

import { difference, judgeTarget, type Pair, ratio, spread, value } from './targets.ts';

const pairs: readonly Pair[] = [
  { replay: { lag_p99_ms: 3, absolute_lag_min_ms: 0.2 }, floor: { lag_p99_ms: 2 } },
  { replay: { lag_p99_ms: 9, absolute_lag_min_ms: 0.1 }, floor: { lag_p99_ms: 3 } },
  { replay: { lag_p99_ms: 4, absolute_lag_min_ms: -0.1 }, floor: { lag_p99_ms: 4 } },
];
const lagRatio = ratio('replay', 'floor', 'lag_p99_ms');

test.each([
  ['reached by the median, though one pair is above', 1.5, 'median', 'reached'],
  ['not reached by the median', 1.4, 'median', 'not reached'],
  ['not reached if every pair has to', 1.5, 'every', 'not reached'],
  ['without a limit', undefined, 'median', undefined],
] as const)('judgeTarget() %s', (_what, atMost, judgedBy, verdict) => {
  const limit = atMost === undefined ? {} : { atMost };
  const target = { text: 'lag', unit: '×', of: lagRatio, judgedBy, ...limit };
  const result = judgeTarget(target, pairs);
  expect(result.spread).toEqual({ median: 1.5, low: 1, high: 3 });
  expect(result.verdict).toBe(verdict);
});

test('judgeTarget() finds the one early arrival', () => {
  const of = value('replay', 'absolute_lag_min_ms');
  const target = { text: 'never early', unit: 'ms', of, atLeast: 0, judgedBy: 'every' } as const;
  expect(judgeTarget(target, pairs).verdict).toBe('not reached');
  expect(judgeTarget(target, pairs.slice(0, 2)).verdict).toBe('reached');
});

test('judgeTarget() does not take what is missing for good', () => {
  const of = value('aiperf', 'lag_p50_ms');
  const target = { text: 'x', unit: 'ms', of, atMost: 1, judgedBy: 'median' } as const;
  expect(judgeTarget(target, pairs).verdict).toBe('not measured');
});

test('ratio(), difference() and spread() stay within a pair', () => {
  const [first] = pairs;
  expect(lagRatio(first!)).toBe(1.5);
  expect(difference('replay', 'floor', 'lag_p99_ms')(first!)).toBe(1);
  expect(spread(['replay', 'floor'], 'lag_p99_ms')(first!)).toBe(1.5);
  expect(spread(['replay', 'aiperf'], 'lag_p99_ms')(first!)).toBeUndefined();
  const negative = { replay: { ttft_error_mean_ms: -0.5 }, floor: { ttft_error_mean_ms: 0.25 } };
  expect(ratio('replay', 'floor', 'ttft_error_mean_ms')(negative)).toBe(2);
});
