import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from './golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from './golden-summary.ts';
import type { RequestRecord } from '../record/record.ts';
import type { Summary } from '../schemas/summary.ts';
import { summarize } from '../summary/summary.ts';
import type { Exporter, ExportInput, RecordExporter } from '../files/exporter.ts';

/** Text as a hostile server or file name may hold it. */
export const HOSTILE =
  '=cmd|\'/C calc\'!A0, "quoted"\r\n\u001b[31m\u009b2J\u202e\u2028</script>\u0000\ud800';

const records = GOLDEN_RECORDS.map(({ record }) => record);

/** A run to export, and the records that it was made of. */
export interface ExportCase extends ExportInput {
  readonly records: readonly RequestRecord[];
}

/** Runs that every exporter must be able to tell about. */
export const EXPORT_CASES: Readonly<Record<string, ExportCase>> = {
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

/** Zero of the runs, with a part of a millisecond. */
export const ZERO_UNIX_MS = 1_767_323_045_678.25;

/** Gives an exporter every record of a run, and puts its files together. */
export function renderRecords({ begin }: RecordExporter, input: ExportCase) {
  const { recordsPath, add, finish } = begin({ ...input, zeroUnixMs: ZERO_UNIX_MS });
  const text = input.records.map(add).join('');
  return [{ path: recordsPath, text }, ...finish()];
}

/** What holds for every format: it renders every run, and says nothing that is not so. */
export function testExporter(exporter: Exporter | RecordExporter): void {
  const { format } = exporter;
  describe.each(Object.entries(EXPORT_CASES))(`${format} exporter: %s`, (_name, input) => {
    const rendered = 'render' in exporter ? exporter.render(input) : renderRecords(exporter, input);
    const files = rendered.map(({ path, text }) => ({
      path,
      // A table for spreadsheets may end its lines as these do.
      text: path.endsWith('.csv') ? text.replaceAll('\r\n', '\n') : text,
    }));

    test('names its files with plain relative paths, each once', () => {
      const paths = files.map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      for (const path of paths) expect(path).toMatch(/^([a-z0-9_]+\/)*[a-z0-9_]+\.[a-z]+$/);
    });

    test('ends every file with a newline', () => {
      for (const { path, text } of files) {
        // A file of one line a record is empty if there are none.
        if (!(path.endsWith('.jsonl') && text === '')) expect(text).toMatch(/[^\n]\n$/);
      }
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
): ExportCase {
  const accumulator = new Accumulator({ objectives });
  for (const record of rows) accumulator.add(record);
  const summary = summarize(accumulator, {
    status: 'completed',
    run: GOLDEN_RUN,
    conditions: GOLDEN_CONDITIONS,
    totalRows: rows.length,
  });
  return { summary, histograms: accumulator.histograms, records: rows };
}

function hostile({ summary, histograms, records: rows }: ExportCase): ExportCase {
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
  const hostileRecords = rows.map((record) => ({
    ...record,
    ...(record.failure && { failure: { ...record.failure, code: HOSTILE, message: HOSTILE } }),
  }));
  return { summary: hostileSummary, histograms, records: hostileRecords };
}
