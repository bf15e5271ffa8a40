import { expect, test } from 'vitest';

import { CASES } from './cases.ts';
import type { FigureError } from './errors-of-run.ts';
import { calibrationLines } from './lines.ts';
import { tallyErrors, tallyVerdicts } from './tally.ts';
import type { JudgedCase } from './truth.ts';

function figure(statedErrorMs: number, trueErrorMs: number): FigureError {
  const known = {
    metric: 'time_to_first_token',
    figure: 'p50',
    printedMs: 50,
    trueMs: 49,
  } as const;
  return { ...known, statedErrorMs, trueErrorMs, uncertaintyMs: 0.01 };
}

function judged(name: string, fields: Partial<JudgedCase>): JudgedCase {
  return { name, directory: name, figures: [], reasons: [], faults: [], ...fields };
}

test('tallyErrors() counts what is within, and leaves out what the wire does not know', () => {
  const figures = [figure(0.3, 0.1), figure(0.3, 0.4), figure(1, 0.25), figure(0.015, 0.5)];
  const dropped = judged('dropped', { figures: [figure(9, 99)], leftOut: '7 packets dropped' });
  expect(tallyErrors('all', [judged('run', { figures }), dropped])).toEqual({
    metric: 'all',
    figures: 3,
    within: 2,
    large: 3,
    medianRatio: expect.closeTo(3, 9) as number,
    uncertain: 1,
  });
  expect(tallyErrors('request_latency', [judged('run', { figures })]).figures).toBe(0);
});

test('tallyVerdicts() finds the false alarm and the miss', () => {
  const faults = ['lag p99 200.0 ms, limit 10.0 ms'];
  const cases = [
    judged('valid', { verdict: 'valid' }),
    judged('wolf', { verdict: 'invalid', reasons: ['latency_error invalid'] }),
    judged('hit', { verdict: 'invalid', faults }),
    judged('miss', { verdict: 'degraded', faults }),
    judged('out', { verdict: 'degraded', faults, leftOut: 'no summary' }),
  ];
  const { trulyValid, falseAlarms, trulyInvalid, misses } = tallyVerdicts(cases);
  expect([trulyValid, trulyInvalid]).toEqual([2, 2]);
  expect([...falseAlarms, ...misses].map(({ name }) => name)).toEqual(['wolf', 'miss']);
  const text = calibrationLines(cases).join('\n');
  expect(text).toContain('wolf: latency_error invalid');
  expect(text).toContain('miss, degraded: lag p99 200.0 ms');
});

test('CASES has at least 60 runs of different names, each of at most 12 s', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  for (const { rows, disturbance } of CASES) {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.at(-1)!.dueMs + (disturbance.stopMs ?? 0)).toBeLessThan(12_000);
  }
});
