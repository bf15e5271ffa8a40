import type { TraceError } from '../errors/errors.ts';
import { checkRow } from './check-row.ts';
import { Lines } from './lines.ts';
import { traceError } from './problem.ts';
import { BLANK_LINE, NO_ROWS, orderProblem, type RowProblem } from './row-problem.ts';
import type { TraceRow } from './row.ts';
import type { TraceReadOptions, TraceSource } from './source.ts';

export interface ReadRowsOptions extends TraceReadOptions {
  /** Prompt tokens that one hash id names. */
  readonly blockSize?: number;
  /** Blank lines before the last row. A replay refuses them, a tool may skip them. */
  readonly blankLines?: 'refuse' | 'skip';
  /** Most rows at a time. */
  readonly batchRows?: number;
}

/**
 * Reads a trace: JSON lines in UTF-8, ended by LF or CRLF, with or without a byte order mark. Reads
 * no further than it is pulled, a piece of the file at a time.
 *
 * @returns the rows in the order of the file, as many at a time as end within one piece unless told
 * @throws {TraceError} for the first problem: file, line, field, what was found, what was expected
 */
export async function* readRows(
  source: TraceSource,
  {
    blockSize = 512,
    blankLines = 'refuse',
    batchRows = Infinity,
    ...reading
  }: ReadRowsOptions = {},
): AsyncGenerator<readonly TraceRow[], void, undefined> {
  const lines = new Lines(source.name);
  let index = 0;
  let previousMs = 0;
  let firstBlank: number | undefined;

  /** Rows of these lines. Blank lines wait: they are a problem only once another row follows. */
  function* rowsOf(texts: Iterable<string>): Generator<readonly TraceRow[]> {
    let rows: TraceRow[] = [];
    for (const text of texts) {
      if (isBlank(text)) {
        firstBlank ??= lines.number;
        continue;
      }
      if (firstBlank !== undefined && blankLines === 'refuse') throw error(BLANK_LINE, firstBlank);
      const { row, problem } = checkRow(text, { index: index++, blockSize });
      if (problem) throw error(problem);
      if (row.timestampMs < previousMs) throw error(orderProblem(row.timestampMs, previousMs));
      previousMs = row.timestampMs;
      rows.push(row);
      if (rows.length < batchRows) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  }

  function error({ field, ...problem }: RowProblem, line = lines.number): TraceError {
    return traceError({ file: source.name, line, ...(field !== undefined && { field }) }, problem);
  }

  for await (const piece of source.read(reading)) yield* rowsOf(lines.take(piece));
  yield* rowsOf(lines.rest());
  if (index === 0) throw traceError({ file: source.name }, NO_ROWS);
}

function isBlank(text: string): boolean {
  // A row begins with a brace, so this ends at the first character.
  return /^[ \t\r]*$/.test(text);
}
