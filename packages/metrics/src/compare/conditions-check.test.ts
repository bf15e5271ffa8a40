import { expect, test } from 'vitest';

import { GOLDEN_SUMMARY } from '../test/golden-summary.ts';
import type { Conditions } from '../schemas/conditions.ts';
import { parseObjectives } from '../record/objectives.ts';
import { conditionDifferences, type ConditionsOfRun } from './conditions-check.ts';

const golden: ConditionsOfRun = {
  summary: { ...GOLDEN_SUMMARY, bodies: { count: 16, bytes: 9, digest: 'a'.repeat(64) } },
  objectives: parseObjectives('time_to_first_token:200 inter_token_latency:20'),
};

function withConditions(change: Partial<Conditions>): ConditionsOfRun {
  const conditions = { ...golden.summary.conditions, ...change };
  return { ...golden, summary: { ...golden.summary, conditions } };
}

const { trace } = golden.summary.conditions;

const cases: [what: string, other: ConditionsOfRun, differing: string[]][] = [
  ['nothing', golden, []],
  ['its URL and its host', withConditions({ urls: ['http://b'] }), []],
  ['its trace', withConditions({ trace: { ...trace, sha256: 'f'.repeat(64) } }), ['trace']],
  ['its rows', withConditions({ trace: { ...trace, first_row: 4 } }), ['trace']],
  ['its seed', withConditions({ seed: 43 }), ['seed']],
  ['its speed', withConditions({ speedup: 2 }), ['speedup']],
  ['its output length', withConditions({ output_length: 'cap' }), ['output-length']],
  ['its model', withConditions({ model: 'other' }), ['model']],
  ['its endpoint', withConditions({ endpoint: 'completions' }), ['prompts']],
  ['its block size', withConditions({ trace: { ...trace, block_size: 64 } }), ['prompts']],
  [
    'its objectives',
    { ...golden, objectives: parseObjectives('time_to_first_token:200') },
    ['objectives'],
  ],
  ['the order of its objectives', { ...golden, objectives: golden.objectives.toReversed() }, []],
  ['seed and speed', withConditions({ seed: 43, speedup: 2 }), ['seed', 'speedup']],
  [
    'nothing but its bodies',
    { ...golden, summary: { ...golden.summary, bodies: { count: 16, bytes: 9, digest: 'b' } } },
    ['bodies'],
  ],
  [
    'its bodies, because it was stopped',
    { ...golden, summary: { ...golden.summary, bodies: { count: 3, bytes: 9, digest: 'b' } } },
    [],
  ],
];

test.each(cases)('conditionDifferences() of runs that differ in %s', (_what, other, differing) => {
  expect(conditionDifferences(golden, other).map(({ what }) => what)).toEqual(differing);
});
