import type { TraceError } from '../errors/errors.ts';
import { withBlockSize } from './block-size.ts';
import { checkRow } from './check-row.ts';
import { Lines } from './lines.ts';
import { type Problem, traceError } from './file/problem.ts';
import { BLANK_LINE, NO_ROWS, orderProblem } from './row-problem.ts';
import type { TraceRow } from './row.ts';
import type { TraceReadOptions, TraceSource } from './source.ts';
import { type TimeUnit, TimeUnitCheck } from './time-unit.ts';

export interface ReadRowsOptions extends TraceReadOptions {
  /** Prompt tokens that one hash id names. */
  readonly blockSize?: number;
  /** Of the field `timestamp`; milliseconds if absent. */
  readonly timeUnit?: TimeUnit | undefined;
  /** Whether timestamps of no stated unit are refused where they do not look like milliseconds. */
  readonly doubtfulUnit?: 'accept' | 'refuse';
  /** Blank lines before the last row. A replay refuses them, a tool may skip them. */
  readonly blankLines?: 'refuse' | 'skip';
  /** With `any`, timestamps may go back. */
  readonly order?: 'ascending' | 'any';
  /** Whether a trace may have no rows; with `any` order it may. */
  readonly mayBeEmpty?: boolean;
  /** Most rows at a time. */
  readonly batchRows?: number;
}

/**
 * Reads a trace: JSON lines in UTF-8, ended by LF or CRLF, with or without a byte order mark. Reads
 * no further than it is pulled, a piece of the file at a time.
 *
 * @returns the rows in the order of the file, at most those that end within one piece at a time
 * @throws {TraceError} for the first problem: file, line, field, what was found, what was expected
 */
export async function* readRows(
  source: TraceSource,
  {
    blockSize = 512,
    timeUnit,
    doubtfulUnit = 'accept',
    blankLines = 'refuse',
    order = 'ascending',
    mayBeEmpty = order === 'any',
    batchRows = Infinity,
    ...reading
  }: ReadRowsOptions = {},
): AsyncGenerator<readonly TraceRow[], void, undefined> {
  const lines = new Lines(source.name);
  const error = (problem: Problem, line = lines.number): TraceError =>
    traceError(source.name, problem, { line });
  const unitCheck =
    timeUnit === undefined && doubtfulUnit === 'refuse' ? new TimeUnitCheck() : undefined;
  let index = 0;
  let previousMs = 0;
  let firstBlank: number | undefined;
  for await (const texts of lines.of(source.read(reading))) {
    let rows: TraceRow[] = [];
    for (const text of texts) {
      // A row begins with a brace, so this ends at the first character.
      if (/^[ \t\r]*$/.test(text)) {
        // It is a problem only once another row follows.
        firstBlank ??= lines.number;
        continue;
      }
      if (firstBlank !== undefined && blankLines === 'refuse') throw error(BLANK_LINE, firstBlank);
      const { row, problem } = checkRow(text, index, blockSize, timeUnit);
      if (problem) throw error(await withBlockSize(problem, source));
      if (row.timestampMs < previousMs && order === 'ascending') {
        throw error(orderProblem(row.timestampMs, previousMs));
      }
      unitCheck?.add(row.timestampMs, row.otherFields);
      index += 1;
      previousMs = row.timestampMs;
      rows.push(row);
      if (rows.length < batchRows) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  }
  if (index === 0 && !mayBeEmpty) throw traceError(source.name, NO_ROWS);
  const unitProblem = unitCheck?.problem();
  if (unitProblem) throw traceError(source.name, unitProblem);
}
