import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { ALL_ROWS_TAGS, CATALOG, METRIC_TAGS } from './record/catalog.ts';
import { comparisonSchema } from './schemas/comparison.ts';
import { SAME_CONDITIONS } from './schemas/comparison.ts';
import { MEASURES } from './compare/measures.ts';
import { conditionsSchema, inputConfigSchema, runIdentitySchema } from './schemas/conditions.ts';
import { FAILURE_CLASSES, TIMEOUT_PHASES } from './record/failure.ts';
import { JUDGED_FIGURES, LATENCY_CLAIMS, reasonSchema } from './schemas/fidelity.ts';
import { readingsSchema } from './schemas/readings.ts';
import { NOTES, OUTCOMES, recordSchema, STREAM_NOTES } from './record/record.ts';
import { runStateSchema } from './schemas/run-state.ts';
import { serverMetricsSchema } from './schemas/server-metrics.ts';
import { summarySchema } from './schemas/summary.ts';

const METRICS_PAGE = readPage('metrics.md');
const ARTIFACTS_PAGE = readPage('artifacts.md');
const FIDELITY_PAGE = readPage('fidelity.md');
const COMPARISON_PAGE = readPage('comparison.md');

function readPage(name: string): string {
  return readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
}

/** The cells of the first table under a heading, without its two head lines. */
function tableUnder(page: string, heading: string, nth = 0): readonly (readonly string[])[] {
  const start = page.indexOf(`\n${heading}\n`);
  const [section = ''] = page.slice(start + 1 + heading.length).split(/\n## /);
  const tables = section.match(/(^\|.*\n)+/gm) ?? [];
  const [, , ...lines] = (tables[nth] ?? '').trimEnd().split('\n');
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function namesUnder(page: string, heading: string, nth = 0): readonly string[] {
  return tableUnder(page, heading, nth).map(([name = '']) => name.replaceAll('`', ''));
}

describe('docs/metrics.md', () => {
  test('has the rows of CATALOG, word for word and in order', () => {
    expect(tableUnder(METRICS_PAGE, '## Metrics')).toEqual(
      CATALOG.map(({ tag, definition, rows }) => [`\`${tag}\``, definition, rows]),
    );
  });

  test('has the outcomes and the ladder of failures, in order', () => {
    expect(namesUnder(METRICS_PAGE, '## What became of a row')).toEqual(OUTCOMES);
    expect(namesUnder(METRICS_PAGE, '### Failure classes')).toEqual(FAILURE_CLASSES);
    for (const phase of TIMEOUT_PHASES) expect(METRICS_PAGE).toContain(`\`${phase}\``);
  });
});

/** Places of objects that have a table of their own, or a key for each of a known list. */
type Rewrite = (path: string) => string;

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Every leaf of a schema, as the tables write it: `rows.ok`, `failure_details[].class`. */
function leavesOf(schema: z.ZodType, rewrite: Rewrite = (path) => path): readonly string[] {
  const walk = ({ properties, items }: JsonSchema, path: string): string[] => {
    if (items?.properties) return walk(items, `${path}[]`);
    if (!properties) return [rewrite(path)];
    return Object.entries(properties).flatMap(([key, each]) =>
      walk(each, path === '' ? key : `${path}.${key}`),
    );
  };
  return [...new Set(walk(z.toJSONSchema(schema) as JsonSchema, ''))];
}

/** Objects that the tables name as a whole as well, to say when they are absent. */
const WHOLES = [
  'metrics.<tag>',
  'metrics.<tag>_all_rows',
  'goodput',
  'prompt',
  'cache',
  'server_clock',
  'server_metrics',
  'shards',
  'fidelity',
];

const FIGURE = new RegExp(`^(fidelity\\.claims\\.[^.]+)\\.(${JUDGED_FIGURES.join('|')})\\.`);
const LATENCY_CLAIM = new RegExp(`^fidelity\\.claims\\.(${LATENCY_CLAIMS.join('|')})\\.`);

const ofSummary: Rewrite = (path) =>
  path
    .replace(/^(run|conditions)\..*/, '$1')
    .replace(/^failures$/, 'failures.<class>')
    .replace(/^notes$/, 'notes.<note>')
    .replace(/^stream_notes$/, 'stream_notes.<stream note>')
    .replace(/^metrics\.\w+_all_rows\b/, 'metrics.<tag>_all_rows')
    .replace(/^metrics\.\w+/, 'metrics.<tag>')
    .replace(LATENCY_CLAIM, 'fidelity.claims.<tag>.')
    .replace(/^(server_metrics\.check)\.[^.]+\./, '$1.<figure>.')
    .replace(FIGURE, '$1.<figure>.')
    .replace(/^(fidelity\.inputs|readings)\..*/, '$1');

const ofReadings: Rewrite = (path) =>
  path.replace(/^(loops\.\w*(?:_error|_delay|_wait))\.\w+$/, '$1.<lateness>');

const tables: [heading: string, schema: z.ZodType, rewrite: Rewrite | undefined][] = [
  ['## records.jsonl', recordSchema, undefined],
  ['## summary.json', summarySchema, ofSummary],
  [
    '## Run and conditions',
    z.object({ run: runIdentitySchema, conditions: conditionsSchema }),
    undefined,
  ],
  ['## Readings', readingsSchema, ofReadings],
  ['## run.json', runStateSchema, ofSummary],
  ['## server_metrics_summary.json', serverMetricsSchema, undefined],
  ['## input_config.json', inputConfigSchema, ofSummary],
];

describe('docs/artifacts.md', () => {
  test.each(tables)(
    '%s has every field of the schema, and no other',
    (heading, schema, rewrite) => {
      const documented = namesUnder(ARTIFACTS_PAGE, heading).filter(
        (name) => !WHOLES.includes(name),
      );
      expect(documented.toSorted()).toEqual([...new Set(leavesOf(schema, rewrite))].toSorted());
    },
  );

  test('explains every note', () => {
    expect(namesUnder(ARTIFACTS_PAGE, '## records.jsonl', 1)).toEqual(NOTES);
    expect(namesUnder(ARTIFACTS_PAGE, '## records.jsonl', 2)).toEqual(STREAM_NOTES);
  });
});

test('docs/fidelity.md has the claims and every kind of reason', () => {
  const claims = namesUnder(FIDELITY_PAGE, '## The table');
  expect(claims).toEqual(['a latency', 'schedule', 'goodput']);
  const reasons = tableUnder(FIDELITY_PAGE, '## What else turns the verdict')
    .map(([, , name = '']) => name.replaceAll('`', ''))
    .filter(Boolean);
  const kinds = reasonSchema.options.map(({ shape }) => shape.kind.value);
  expect(reasons.toSorted()).toEqual(kinds.toSorted());
  for (const tag of LATENCY_CLAIMS.filter((each) => !each.endsWith('_from_schedule'))) {
    expect(FIDELITY_PAGE).toContain(`\`${tag}\``);
  }
});

test('docs/comparison.md has every field of comparison.json, and every headline metric', () => {
  const rewrite: Rewrite = (path) =>
    path
      .replace(/^sides\[\]\.runs\[\]\.(run|rows)\..*/, 'sides[].runs[].$1')
      .replace(/\.load\.(first|second)\./, '.load.<side>.');
  const documented = namesUnder(COMPARISON_PAGE, '## comparison.json');
  expect(documented.toSorted()).toEqual(
    [...new Set(leavesOf(comparisonSchema, rewrite))].toSorted(),
  );
  const headline = MEASURES.filter(({ isHeadline }) => isHeadline);
  expect(tableUnder(COMPARISON_PAGE, '## What is judged').map(([name]) => name)).toEqual(
    headline.map(({ metric, statistic }) => `\`${metric}\` \`${statistic}\``),
  );
  for (const what of SAME_CONDITIONS) expect(COMPARISON_PAGE).toContain(`| \`${what}\``);
});

test('summarySchema has every metric of CATALOG, and no other', () => {
  const { properties } = z.toJSONSchema(summarySchema) as JsonSchema;
  const tags = Object.keys(properties?.['metrics']?.properties ?? {});
  expect(tags).toEqual([...METRIC_TAGS, ...ALL_ROWS_TAGS]);
});
