import { TraceError } from '../../errors/errors.ts';
import { everyProblem } from '../../trace/check-row.ts';
import { Lines } from '../../trace/lines.ts';
import { type Problem, traceError } from '../../trace/problem.ts';
import type { ReadRowsOptions } from '../../trace/read.ts';
import { BLANK_LINE, NO_ROWS, orderProblem } from '../../trace/row-problem.ts';
import type { TraceSource } from '../../trace/source.ts';

export type ValidateOptions = Pick<ReadRowsOptions, 'blockSize'>;

/** The rows of a trace, good or not, and the problems found. */
export interface ValidatedCounts {
  readonly rows: number;
  readonly problems: number;
}

/**
 * Finds every problem of a trace, each as the error that a replay would stop at, in the order of
 * the file. A file that cannot be read on ends with the problem that says so. Memory is bounded.
 *
 * @returns after the last problem, the counts
 */
export async function* validateTrace(
  source: TraceSource,
  { blockSize = 512 }: ValidateOptions = {},
): AsyncGenerator<TraceError, ValidatedCounts, undefined> {
  const file = source.name;
  const lines = new Lines(file);
  let rows = 0;
  let problems = 0;
  let previousMs = 0;
  let blankLines: number[] = [];

  const error = (problem: Problem, line = lines.number) => {
    problems += 1;
    return traceError(file, problem, { line });
  };

  try {
    for await (const texts of lines.of(source.read())) {
      for (const text of texts) {
        if (text.trim() === '') {
          blankLines.push(lines.number);
          continue;
        }
        rows += 1;
        // Blank lines at the end are fine, so they wait for the next row.
        for (const line of blankLines) yield error(BLANK_LINE, line);
        blankLines = [];
        const { problems: found, timestampMs = previousMs } = everyProblem(text, blockSize);
        for (const problem of found) yield error(problem);
        if (timestampMs < previousMs) yield error(orderProblem(timestampMs, previousMs));
        else previousMs = timestampMs;
      }
    }
    if (rows === 0) throw traceError(file, NO_ROWS);
  } catch (unreadable) {
    if (!(unreadable instanceof TraceError)) throw unreadable;
    problems += 1;
    yield unreadable;
  }
  return { rows, problems };
}
