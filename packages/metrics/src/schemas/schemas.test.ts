import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { accumulatorState, accumulatorStateSchema } from '../accumulator/accumulator-state.ts';
import { Accumulator } from '../accumulator/accumulator.ts';
import { comparisonSchema } from './comparison.ts';
import { compareSides } from '../compare/compare.ts';
import { QUIET } from '../test/drawn-readings.ts';
import { drawSide } from '../test/drawn-sides.ts';
import { inputConfigSchema } from './conditions.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN, GOLDEN_SUMMARY } from '../test/golden-summary.ts';
import { recordSchema } from '../record/record.ts';
import { type RunState, runStateSchema } from './run-state.ts';
import { type ServerMetrics, serverMetricsSchema } from './server-metrics.ts';
import { summarizeState } from '../summary/summarize-state.ts';
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

const SERIES: ServerMetrics['endpoints'][number]['series'] = [
  { kind: 'counter', name: 'a', labels: { model: 'm' }, last: 2, increase: 1 },
  { kind: 'gauge', name: 'b', labels: {}, last: 2, min: 1, max: 3, mean: 2 },
  { kind: 'histogram', name: 'c', labels: {}, count: 2, sum: 3, mean: 1.5 },
];

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

  test('refuses another version and a field too few, and lets nobody write a field too many', () => {
    const [example = {}] = examples;
    const { schema_version: _, ...withoutVersion } = example as { schema_version?: number };
    for (const each of [{ ...example, schema_version: 2 }, withoutVersion]) {
      expect([validate(each), schema.safeParse(each).success]).toEqual([false, false]);
    }
    expect(validate({ ...example, fine: 1 })).toBe(false);
  });
});

/** Objects whose keys are data: an added one is no field. */
const MAPS = ['flags', 'versions', 'failures', 'notes', 'labels', 'parts', 'tally', 'server_timing'];

/** The same file as a later version could write it: each of its objects has a field more. */
function withLaterKeys(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => withLaterKeys(each));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, each]) => [name, withLaterKeys(each, name)]);
  const later = MAPS.includes(key) ? [] : [['added_later', { by: 'a later version' }]];
  return Object.fromEntries([...fields, ...later]) as unknown;
}

describe('a reader', () => {
  const accumulator = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
  for (const record of records) accumulator.add(record);
  const judged = summarizeState({ ...runState, readings: QUIET }, accumulator);
  const serverMetrics: ServerMetrics = {
    schema_version: 1,
    started_unix_ms: 1,
    ended_unix_ms: 2,
    endpoints: [{ url: 'http://localhost:9000', scrapes: 1, failures: 0, series: SERIES }],
  };
  const tolerant: [name: string, schema: z.ZodType, examples: readonly object[]][] = [
    ...files.map(([name, , schema, examples]) => [name, schema, examples] as (typeof tolerant)[0]),
    ['summary with a verdict', summarySchema, [judged]],
    ['run with readings', runStateSchema, [{ ...runState, readings: QUIET }]],
    ['server_metrics_summary', serverMetricsSchema, [serverMetrics]],
    ['accumulator', accumulatorStateSchema, [accumulatorState(accumulator)]],
  ];

  test.each(tolerant)('of %s ignores keys that a later version adds', (_name, schema, examples) => {
    for (const example of examples) {
      const later = withLaterKeys(example);
      expect(later).toHaveProperty('added_later');
      expect(schema.parse(later)).toEqual(example);
    }
  });
});
