import { ALL_ROWS_TAGS, METRIC_TAGS } from '../record/catalog.ts';
import type { Summary } from '../schemas/summary.ts';
import type { Exporter } from './exporter.ts';
import { printable } from '../values/printable.ts';

/** summary.csv, for spreadsheets: a line for each metric, an empty cell for what is unknown. */
export const csvExporter: Exporter = {
  format: 'csv',
  render: ({ summary }) => [{ path: 'summary.csv', text: renderCsv(summary) }],
};

const NUMBERS = [
  'count',
  'infinite',
  'clamped',
  'mean',
  'min',
  'p50',
  'p90',
  'p95',
  'p99',
  'p99_9',
  'max',
] as const;

/** The first three columns name the run, so that files of several runs can be put together. */
const HEADER = ['run', 'trace', 'model', 'metric', 'unit', ...NUMBERS];

export function renderCsv({ run, conditions, metrics }: Summary): string {
  const origin = [run.name ?? '', conditions.trace.file, conditions.model ?? ''];
  const rows = [...METRIC_TAGS, ...ALL_ROWS_TAGS].flatMap((tag) => {
    const metric = metrics[tag];
    if (metric === undefined) return [];
    const numbers: Readonly<Record<string, number | string | undefined>> = { ...metric };
    return [[...origin, tag, metric.unit, ...NUMBERS.map((name) => numbers[name])]];
  });
  return [HEADER, ...rows].map((cells) => `${cells.map(toCell).join(',')}\n`).join('');
}

function toCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const clean = printable(value);
  // A spreadsheet would run a cell that begins like this as a formula.
  const text = /^[=+\-@]/.test(clean) ? `'${clean}` : clean;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
