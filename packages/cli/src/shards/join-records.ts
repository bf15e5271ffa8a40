import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { type Accumulator, encodeRecord } from '@trace-replay/metrics';
import {
  accumulatorStateSchema,
  addAccumulatorState,
  type ShardRun,
} from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';
import { readRecords } from '../artifacts/read-records.ts';
import { cannotWrite } from '../artifacts/run-directory.ts';

const NEWLINE = 10;
/** Fewer, larger reads: most of the time goes to the disk. */
const PIECE_BYTES = 1 << 20;

/**
 * Writes the records of some shards one after the other into one file, and adds up what their
 * accumulators counted. Of a shard that has not ended the records themselves are counted. Memory
 * does not grow with shards or records.
 *
 * @param path of the joined file, which is made by rename
 * @param onCut called for a shard whose last line is cut short; it is left out
 * @throws {UsageError} naming a shard whose files do not agree or cannot be read
 * @throws {ArtifactError} if the joined file cannot be written
 */
export async function joinRecords(
  shards: readonly ShardRun[],
  path: string,
  accumulator: Accumulator,
  onCut: (place: string) => void,
): Promise<void> {
  async function* pieces(): AsyncGenerator<Buffer | string> {
    for (const { place, state } of shards) {
      if (state.status === 'running') yield* countedRecords(place, accumulator, onCut);
      else yield* countedFile(place, accumulator);
    }
  }
  // Errors of the file are ours to name; those of the shards have their names already.
  const file = createWriteStream(`${path}.part`, { mode: 0o640, flush: true });
  let fileError: unknown;
  file.on('error', (error) => {
    fileError ??= error;
  });
  try {
    await pipeline(pieces, file);
    renameSync(`${path}.part`, path);
  } catch (error) {
    rmSync(`${path}.part`, { force: true });
    throw fileError === error ? cannotWrite(path, error) : error;
  }
}

/** A shard that has ended left what it counted: its records pass through unread. */
async function* countedFile(place: string, accumulator: Accumulator): AsyncGenerator<Buffer> {
  const path = join(place, 'records.jsonl');
  const before = rowsIn(accumulator);
  addState(join(place, 'accumulator.json'), accumulator);
  const counted = rowsIn(accumulator) - before;
  let lines = 0;
  let last = NEWLINE;
  for await (const piece of read(path)) {
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) lines++;
    last = piece.at(-1) ?? last;
    yield piece;
  }
  if (lines === counted && last === NEWLINE) return;
  throw new UsageError(
    `Cannot merge "${place}": its records.jsonl has ${lines} lines, expected the ${counted} ` +
      'that its accumulator.json counts',
  );
}

async function* read(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": ${(error as Error).message}`, { cause: error });
  }
}

function addState(path: string, accumulator: Accumulator): void {
  try {
    const state = accumulatorStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    addAccumulatorState(accumulator, state);
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": it is not the accumulator.json of this version`, {
      cause: error,
    });
  }
}

async function* countedRecords(
  place: string,
  accumulator: Accumulator,
  onCut: (place: string) => void,
): AsyncGenerator<string> {
  const path = join(place, 'records.jsonl');
  if (!existsSync(path)) return;
  for await (const record of readRecords(path, () => onCut(place))) {
    accumulator.add(record);
    yield `${encodeRecord(record)}\n`;
  }
}

function rowsIn({ outcomes }: Accumulator): number {
  return (['ok', 'failed', 'aborted_inflight', 'not_sent'] as const).reduce(
    (sum, outcome) => sum + outcomes.get(outcome),
    0,
  );
}
