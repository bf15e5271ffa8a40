import { MEASURE_NAMES, MEASURES, type MeasureName } from './measures.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { Pair, TargetResult } from './targets.ts';

/** Rows of cells → lines, the first column to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** `median [lowest – highest]`; a dash for what was not measured, one number for one value. */
export function spreadText(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return '–';
  const [median, low, high] = [spread.median, spread.low, spread.high].map((value) =>
    value.toFixed(digits),
  );
  return low === high ? `${median}` : `${median} [${low} – ${high}]`;
}

/** The measures of every subject: a row a measure that anyone has, medians over the pairs. */
export function measureLines(
  subjects: readonly string[],
  pairs: readonly Pair[],
): readonly string[] {
  const spreads = (name: MeasureName) =>
    subjects.map((subject) => spreadOf(pairs.flatMap((pair) => pair[subject]?.[name] ?? [])));
  const rows = MEASURE_NAMES.map((name) => ({ name, cells: spreads(name) }))
    .filter(({ cells }) => cells.some((cell) => cell !== undefined))
    .map(({ name, cells }) => {
      const [label, unit, digits] = MEASURES[name];
      return [label, unit, ...cells.map((cell) => spreadText(cell, digits))];
    });
  return alignColumns([['', '', ...subjects], ...rows]);
}

/** The targets, each with its figure and what came of it. */
export function targetLines(results: readonly TargetResult[]): readonly string[] {
  return alignColumns([
    ['target', 'measured', 'expected', ''],
    ...results.map(({ text, unit, spread, expected, verdict }) => [
      text,
      `${spreadText(spread, unit === '×' ? 2 : 3)} ${unit}`,
      expected ?? '',
      verdict ?? '',
    ]),
  ]);
}

/** What the runs said of themselves: a line a subject. */
export function verdictLines(
  verdicts: readonly { readonly subject: string; readonly verdict: string }[],
): readonly string[] {
  const subjects = [...new Set(verdicts.map(({ subject }) => subject))];
  return subjects.map((subject) => {
    const own = verdicts.filter((run) => run.subject === subject).map(({ verdict }) => verdict);
    const kinds = [...new Set(own)];
    const counts = kinds.map((kind) => `${own.filter((one) => one === kind).length} ${kind}`);
    return `${subject} of its own runs: ${counts.join(', ')}`;
  });
}
