import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { comparisonSchema } from './comparison.ts';
import { compareSides } from '../compare/compare.ts';
import { drawSide } from '../test/drawn-sides.ts';
import { inputConfigSchema } from './conditions.ts';
import { GOLDEN_RECORDS } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN, GOLDEN_SUMMARY } from '../test/golden-summary.ts';
import { recordSchema } from '../record/record.ts';
import { type RunState, runStateSchema } from './run-state.ts';
import { summarySchema } from './summary.ts';

const runState: RunState = {
  schema_version: 1,
  status: 'completed',
  run: { ...GOLDEN_RUN, ended_at: '2026-01-02T03:04:06.769Z' },
  conditions: GOLDEN_CONDITIONS,
  objectives: [{ metric: 'request_latency', limit_ms: 1000 }],
  zero: { unix_ms: 1_767_323_045_678, monotonic_ns: '9007199254740993' },
  rows: GOLDEN_SUMMARY.rows,
  exit_code: 0,
};

const inputConfig: z.infer<typeof inputConfigSchema> = {
  schema_version: 1,
  deployment: 'golden',
  model: 'deepseek-v3',
  trace_file: 'traces/golden.jsonl',
  trace_requests: 20,
  itl_threshold_ms: 50,
  endpoint: 'http://localhost:8000',
  run: GOLDEN_RUN,
  objectives: [{ metric: 'inter_token_latency', limit_ms: 50 }],
  conditions: GOLDEN_CONDITIONS,
};

const drawn = { traceSeed: 5, rows: 300, failing: 0.5 };
const comparisons = [[1], [1, 2, 3]].map((runSeeds) =>
  compareSides([
    drawSide('a', { ...drawn, runSeeds }),
    drawSide('b', { ...drawn, runSeeds: runSeeds.map((seed) => seed + 10) }),
  ]),
);

const records = GOLDEN_RECORDS.map(({ record }) => record);

const files: [name: string, title: string, schema: z.ZodType, examples: readonly object[]][] = [
  ['record', 'One line of records.jsonl', recordSchema, records],
  ['summary', 'summary.json', summarySchema, [GOLDEN_SUMMARY]],
  ['run', 'run.json', runStateSchema, [runState]],
  ['input_config', 'input_config.json', inputConfigSchema, [inputConfig]],
  ['comparison', 'comparison.json', comparisonSchema, comparisons],
];

describe.each(files)('schemas/%s.schema.json', (name, title, schema, examples) => {
  const jsonSchema = z.toJSONSchema(schema.meta({ title }));
  const validate = new Ajv2020({ strict: true, validateFormats: false }).compile(jsonSchema);

  test('is what zod makes of the schema in the source; -u writes it', async () => {
    await expect(`${JSON.stringify(jsonSchema, undefined, 2)}\n`).toMatchFileSnapshot(
      `../../../../schemas/${name}.schema.json`,
    );
  });

  test('takes what the source takes', () => {
    for (const example of examples) {
      expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
      expect(schema.safeParse(example).success).toBe(true);
    }
  });

  test('refuses another version, a field too many and a field too few', () => {
    const [example = {}] = examples;
    const { schema_version: _, ...withoutVersion } = example as { schema_version?: number };
    const wrong = [{ ...example, schema_version: 2 }, { ...example, fine: 1 }, withoutVersion];
    for (const each of wrong) {
      expect([validate(each), schema.safeParse(each).success]).toEqual([false, false]);
    }
  });
});
