/** Aligns cells under a head: the first and the last column are text, those between are numbers. */
export function renderTable(
  head: readonly string[],
  lines: readonly (readonly string[])[],
): string {
  const table = [head, ...lines];
  const widths = head.map((_, column) =>
    Math.max(...table.map((cells) => (cells[column] ?? '').length)),
  );
  const isText = (column: number) => column === 0 || column === head.length - 1;
  const padded = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return table.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n');
}
