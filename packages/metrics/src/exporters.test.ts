import { expect, test } from 'vitest';

import { CATALOG } from './record/catalog.ts';
import { summarySchema } from './schemas/summary.ts';
import { EXPORT_CASES, testExporter } from './test/exporter-suite.ts';
import type { Exporter } from './files/exporter.ts';
import { EXPORTERS, RECORD_EXPORTERS, renderFiles } from './exporters.ts';
import { renderCsv } from './files/csv.ts';
import { renderJson } from './files/json.ts';
import { renderText } from './report/run/text.ts';

/** The report is printed rather than written, but what holds for files holds for it. */
const textExporter: Exporter = {
  format: 'text',
  render: ({ summary }) => [{ path: 'report.txt', text: renderText(summary) }],
};

for (const exporter of [...EXPORTERS, textExporter, ...RECORD_EXPORTERS]) testExporter(exporter);

const golden = EXPORT_CASES['a run of every kind of row'] as NonNullable<
  (typeof EXPORT_CASES)[string]
>;
const hostile = EXPORT_CASES['a run with hostile texts'] as typeof golden;

test('renderFiles() gives the files of every format', () => {
  expect(renderFiles(golden).map(({ path }) => path)).toEqual([
    'summary.json',
    'summary.csv',
    ...CATALOG.map(({ tag }) => `histograms/${tag}.hlog`),
  ]);
});

test.each(Object.entries(EXPORT_CASES))(
  'renderJson() writes what the schema reads back unchanged: %s',
  (_name, { summary }) => {
    expect(summarySchema.parse(JSON.parse(renderJson(summary)))).toStrictEqual(summary);
  },
);

test('renderJson() refuses a number that JSON has no word for, and names it', () => {
  const { summary } = golden;
  const broken = { ...summary, duration_seconds: NaN };
  expect(() => renderJson(broken)).toThrow('Cannot write "duration_seconds": it is NaN, expected');
});

test('renderCsv() leaves an empty cell for what is unknown', () => {
  const [header, first] = renderCsv(golden.summary).split('\n');
  expect(header).toBe(
    'run,trace,model,metric,unit,count,infinite,clamped,mean,min,p50,p90,p95,p99,p99_9,max',
  );
  expect(first).toBe(
    'golden,traces/golden.jsonl,deepseek-v3,time_to_first_token,ms,10,,,85,50,,,,,,200',
  );
});

test('renderCsv() quotes what has a comma or a quote, and disarms a formula', () => {
  const [, first = ''] = renderCsv(hostile.summary).split('\n');
  const cell = `"'=cmd|'/C calc'!A0, ""quoted"" [31m 2J </script>"`;
  expect(first.startsWith(`${cell},${cell},${cell},time_to_first_token,ms,10,`)).toBe(true);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)'])('renderCsv() disarms the formula %s', (name) => {
  const summary = { ...golden.summary, run: { ...golden.summary.run, name } };
  expect(renderCsv(summary).split('\n')[1]).toMatch(/^'[=+\-@]/);
});
