import { checkRow } from '../../trace/check-row.ts';
import { Lines } from '../../trace/lines.ts';
import { traceError } from '../../trace/problem.ts';
import { readRows } from '../../trace/read.ts';
import type { TraceRow } from '../../trace/row.ts';
import type { TraceSource } from '../../trace/source.ts';
import { TraceLearner, type TraceModel } from './model.ts';
import type { Compat } from './options.ts';

/**
 * Reads a trace and learns its model. Blank lines are skipped. The old era takes rows whose
 * timestamps go back, as datagen did then.
 *
 * @throws {TraceError} for the first row that cannot be learned from
 */
export async function learnTrace(
  source: TraceSource,
  { compat = 'new', blockSize = 512 }: { compat?: Compat; blockSize?: number } = {},
): Promise<TraceModel> {
  const learner = new TraceLearner({ compat, blockSize, file: source.name });
  const batches =
    compat === 'new'
      ? readRows(source, { blockSize, blankLines: 'skip' })
      : rowsInAnyOrder(source, blockSize);
  for await (const batch of batches) {
    for (const row of batch) learner.add(row);
  }
  return learner.model();
}

async function* rowsInAnyOrder(source: TraceSource, blockSize: number) {
  const lines = new Lines(source.name);
  let index = 0;
  const rowsOf = (texts: Iterable<string>) => {
    const rows: TraceRow[] = [];
    for (const text of texts) {
      if (text.trim() === '') continue;
      const { row, problem } = checkRow(text, { index, blockSize });
      if (problem) throw traceError({ file: source.name, line: lines.number, ...problem }, problem);
      rows.push(row);
      index += 1;
    }
    return rows;
  };
  for await (const piece of source.read()) yield rowsOf(lines.take(piece));
  yield rowsOf(lines.rest());
}
