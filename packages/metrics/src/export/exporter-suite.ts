import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from '../golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from '../golden-summary.ts';
import type { RequestRecord } from '../record.ts';
import type { Summary } from '../summary-schema.ts';
import { summarize } from '../summary.ts';
import type { Exporter, ExportInput } from './exporter.ts';

/** Text as a hostile server or file name may hold it. */
export const HOSTILE =
  '=cmd|\'/C calc\'!A0, "quoted"\r\n\u001b[31m\u009b2J\u202e\u2028</script>\u0000\ud800';

const records = GOLDEN_RECORDS.map(({ record }) => record);

/** Runs that every exporter must be able to tell about. */
export const EXPORT_CASES: Readonly<Record<string, ExportInput>> = {
  'a run of every kind of row': inputOf(records),
  'a run without rows': inputOf([]),
  'a run in which every row failed': inputOf(records.filter(({ failure }) => failure)),
  'a run of which nothing was sent': inputOf(
    records.filter(({ outcome }) => outcome === 'not_sent'),
  ),
  'a run without objectives': inputOf(records, []),
  'a run with enough values for every percentile': inputOf(
    Array.from({ length: 1100 }, () => records.filter(({ outcome }) => outcome === 'ok')).flat(),
  ),
  'a run with hostile texts': hostile(inputOf(records)),
};

/** What holds for every format: it renders every run, and says nothing that is not so. */
export function testExporter({ format, render }: Exporter): void {
  describe.each(Object.entries(EXPORT_CASES))(`${format} exporter: %s`, (_name, input) => {
    const files = render(input);

    test('names its files with plain relative paths, each once', () => {
      const paths = files.map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      for (const path of paths) expect(path).toMatch(/^([a-z0-9_]+\/)*[a-z0-9_]+\.[a-z]+$/);
    });

    test('ends every file with a newline', () => {
      for (const { text } of files) expect(text).toMatch(/[^\n]\n$/);
    });

    test('writes no value that is none', () => {
      for (const { text } of files) {
        // Base64 may hold any letters.
        const words = text.replace(/[A-Za-z0-9+/=]{100,}/g, '');
        expect(words).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
      }
    });

    test('lets no control character through', () => {
      const control = /[^\n\P{C}]|[\u2028\u2029]/u;
      for (const { text } of files) expect(text).not.toMatch(control);
    });
  });
}

function inputOf(
  rows: readonly RequestRecord[],
  objectives: typeof GOLDEN_OBJECTIVES = GOLDEN_OBJECTIVES,
): ExportInput {
  const accumulator = new Accumulator({ objectives });
  for (const record of rows) accumulator.add(record);
  const summary = summarize(accumulator, {
    status: 'completed',
    run: GOLDEN_RUN,
    conditions: GOLDEN_CONDITIONS,
    totalRows: rows.length,
  });
  return { summary, histograms: accumulator.histograms };
}

function hostile({ summary, histograms }: ExportInput): ExportInput {
  const { run, conditions } = summary;
  const details: Summary['failure_details'] = summary.failure_details.map((detail) => ({
    ...detail,
    code: HOSTILE,
    message: HOSTILE,
  }));
  const hostileSummary: Summary = {
    ...summary,
    run: { ...run, name: HOSTILE },
    failure_details: details,
    conditions: {
      ...conditions,
      model: HOSTILE,
      urls: [HOSTILE, `http://${'long.'.repeat(40)}example`],
      trace: { ...conditions.trace, file: HOSTILE },
    },
  };
  return { summary: hostileSummary, histograms };
}
