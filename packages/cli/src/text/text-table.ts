import { formatDecimal } from '@trace-replay/metrics/internal';

/**
 * Lines of a table whose columns are as wide as their widest cell, two spaces apart.
 *
 * @param rows cells; a row may be shorter than the others
 * @param align for each column; `right` where nothing is said
 */
export function tableLines(
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = ['left'],
): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        align[column] === 'left' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** Lines, each moved to the right. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** `1 row`, `2 rows` */
export function counted(count: number, noun: string): string {
  return `${formatDecimal(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A title and what stands below it. */
export function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...indented(lines)];
}
