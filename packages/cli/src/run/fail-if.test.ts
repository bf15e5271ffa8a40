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

test.each(['', 'goodput', 'goodput.fraction<', '<1', 'a=1', 'a<b', 'a.<1'])(
  'parseFailCondition() refuses "%s"',
  (text) => {
    expect(() => parseFailCondition(text)).toThrow('expected a key of the summary, an operator');
  },
);
