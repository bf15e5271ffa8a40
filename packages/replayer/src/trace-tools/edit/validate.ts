import { TraceError } from '../../errors/errors.ts';
import { withBlockSize } from '../../trace/block-size.ts';
import { everyProblem } from '../../trace/check-row.ts';
import { Lines } from '../../trace/lines.ts';
import { type OtherField, OtherFields } from '../../trace/other-fields.ts';
import { type Problem, traceError } from '../../trace/file/problem.ts';
import type { ReadRowsOptions } from '../../trace/read.ts';
import { BLANK_LINE, NO_ROWS, orderProblem } from '../../trace/row-problem.ts';
import type { TraceSource } from '../../trace/source.ts';
import { TimeUnitCheck } from '../../trace/time-unit.ts';

export type ValidateOptions = Pick<ReadRowsOptions, 'blockSize' | 'timeUnit'>;

/** The rows of a trace, good or not, and the problems found. */
export interface ValidatedCounts {
  readonly rows: number;
  readonly problems: number;
  /** Fields of rows that a replay does not use; absent when there are none. */
  readonly otherFields?: readonly OtherField[];
}

/**
 * Finds every problem of a trace, each as the error that a replay would stop at, in the order of
 * the file; a doubtful time unit comes last. A file that cannot be read on ends with the problem
 * that says so. Where one other block size explains the ids of all rows, that is one problem.
 * Memory is bounded.
 *
 * @returns after the last problem, the counts
 */
export async function* validateTrace(
  source: TraceSource,
  { blockSize: givenSize = 512, timeUnit }: ValidateOptions = {},
): AsyncGenerator<TraceError, ValidatedCounts, undefined> {
  const file = source.name;
  const lines = new Lines(file);
  const unitCheck = timeUnit === undefined ? new TimeUnitCheck() : undefined;
  const others = new OtherFields();
  let blockSize = givenSize;
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
        const {
          problems: found,
          timestampMs,
          otherFields = {},
        } = everyProblem(text, blockSize, timeUnit);
        for (const one of found) {
          const problem = blockSize === givenSize ? await withBlockSize(one, source) : one;
          yield error(problem);
          blockSize = problem.blockSize ?? blockSize;
        }
        others.add(otherFields);
        if (timestampMs === undefined) continue;
        unitCheck?.add(timestampMs, otherFields);
        if (timestampMs < previousMs) yield error(orderProblem(timestampMs, previousMs));
        else previousMs = timestampMs;
      }
    }
    if (rows === 0) throw traceError(file, NO_ROWS);
    const unitProblem = unitCheck?.problem();
    if (unitProblem) throw traceError(file, unitProblem);
  } catch (unreadable) {
    if (!(unreadable instanceof TraceError)) throw unreadable;
    problems += 1;
    yield unreadable;
  }
  const otherFields = others.result();
  return { rows, problems, ...(otherFields && { otherFields }) };
}
