import { createHash } from 'node:crypto';

import type { TraceError } from '../errors/errors.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { isInShard } from '../schedule/shard.ts';
import { readRows, type ReadRowsOptions } from '../trace/read.ts';
import type { TraceRow } from '../trace/row.ts';
import type { TraceSource } from '../trace/source.ts';
import { changedError, REPLACED, type TraceScan } from './scan.ts';

const PIECE_BYTES = 32 * 1024;
/**
 * Parsed in at most half a millisecond, since the same loop may be sending. Larger batches wait so
 * long that V8 takes them for old objects, which a quiet run collects only after most of an hour.
 */
const BATCH_ROWS = 8;

/**
 * Reads a trace a second time, during the run: the shard's selected rows in order, no faster than
 * they are pulled, and nothing after the last one.
 *
 * @throws {TraceError} if the trace changed since its scan: its identity whenever rows are given,
 * any timestamp, or, when the last row is selected, its digest
 */
export async function* followRows(
  source: TraceSource,
  scan: TraceScan,
  { firstRow, count, shard }: Schedule,
  { blockSize = 512, timeUnit }: Pick<ReadRowsOptions, 'blockSize' | 'timeUnit'> = {},
): AsyncGenerator<readonly TraceRow[], void, undefined> {
  const hash = createHash('sha256');
  const endRow = firstRow + count;
  // With the last row selected, reading goes on to the end of the file, for the digest.
  const isToEnd = endRow === scan.rowCount && scan.sha256 !== undefined;
  let rowCount = 0;

  // Only a replay that was stopped while its trace was read has none.
  if (count === 0) return;
  await checkIdentity(source, scan);
  const onBytes = (bytes: Uint8Array) => void hash.update(bytes);
  for await (const rows of readAgain(source, {
    blockSize,
    timeUnit,
    pieceBytes: PIECE_BYTES,
    batchRows: BATCH_ROWS,
    onBytes,
  })) {
    const other = rows.find(({ index, timestampMs }) => timestampMs !== scan.timestampsMs[index]);
    if (other) throw changed(source, `row ${other.index} has another timestamp`);
    const selected = rows
      .slice(Math.max(0, firstRow - rowCount), Math.max(0, endRow - rowCount))
      .filter(({ index }) => isInShard(shard, index - firstRow));
    rowCount += rows.length;
    if (selected.length > 0) {
      await checkIdentity(source, scan);
      yield selected;
    }
    if (rowCount >= endRow && !isToEnd) break;
  }
  if (rowCount < endRow) throw changed(source, `it ends after ${rowCount} rows`);
  if (isToEnd && hash.digest('hex') !== scan.sha256) throw changed(source, 'its digest differs');
  await checkIdentity(source, scan);
}

/** The scan found no problem, so any problem now is a change. */
async function* readAgain(
  source: TraceSource,
  options: ReadRowsOptions,
): AsyncGenerator<readonly TraceRow[], void, undefined> {
  try {
    yield* readRows(source, options);
  } catch (error) {
    const { message } = error as Error;
    throw changed(source, message.split('\n', 1).join(), { cause: error });
  }
}

async function checkIdentity(source: TraceSource, { identity }: TraceScan): Promise<void> {
  const now = await source.identify().catch(() => 'gone');
  if (now !== identity) throw changed(source, REPLACED);
}

function changed({ name }: TraceSource, by: string, options?: ErrorOptions): TraceError {
  return changedError(name, 'while the run was going on', by, options);
}
