import type { Summary } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { failedConditions, parseFailCondition } from './fail-if.ts';

// Only what the conditions look at; the rest of a summary does not matter here.
const summary = {
  rows: { total: 10, failed: 2 },
  goodput: { fraction: 0.8 },
  metrics: { time_to_first_token: { mean: 50, unit: 'ms' } },
} as unknown as Summary;

const conditions: [condition: string, expected: 'met' | 'not met' | 'no number'][] = [
  ['goodput.fraction<0.95', 'met'],
  ['goodput.fraction < 0.8', 'not met'],
  ['goodput.fraction<=0.8', 'met'],
  ['rows.failed>1', 'met'],
  ['rows.failed>=3', 'not met'],
  ['rows.failed==2', 'met'],
  ['rows.failed!=2', 'not met'],
  ['metrics.time_to_first_token.mean>49.5', 'met'],
  ['metrics.time_to_first_token.p99>1', 'no number'],
  ['metrics.time_to_first_token.unit>1', 'no number'],
  ['constructor.length>0', 'no number'],
];

test.each(conditions)('failedConditions() judges %s', (text, expected) => {
  const [sentence] = failedConditions([parseFailCondition(text)], summary);
  const told = sentence?.includes('no number') ? 'no number' : sentence ? 'met' : 'not met';
  expect(told).toBe(expected);
});

const obstacle = {
  figures: ['inter_token_latency', 'goodput'],
  reasons: [{ kind: 'one_event', rows: 3, ok: 3 }],
};

test.each([
  ['goodput.fraction<0.95', true],
  ['goodput.good<1', true],
  ['metrics.inter_token_latency.p99>50', true],
  ['metrics.inter_token_latency_all_rows.p99>50', true],
  ['metrics.time_to_first_token.p99>50', false],
])('failedConditions() fails %s where ITL is not measurable, and says why: %s', (text, isWhy) => {
  const { goodput: _, ...rest } = { ...summary, not_measurable: obstacle };
  const [sentence = ''] = failedConditions([parseFailCondition(text)], rest as unknown as Summary);
  expect(sentence.includes('3 of 3 ok rows brought all of their tokens in one event')).toBe(isWhy);
  expect(sentence).toContain('the gate failed');
});

test.each(['', 'goodput', 'goodput.fraction<', '<1', 'a=1', 'a<b', 'a.<1'])(
  'parseFailCondition() refuses "%s"',
  (text) => {
    expect(() => parseFailCondition(text)).toThrow('expected a key of the summary, an operator');
  },
);
