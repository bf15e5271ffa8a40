import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';

import { type Accumulator, encodeRecord } from '@trace-replay/metrics';
import {
  accumulatorStateSchema,
  addAccumulatorState,
  type ShardRun,
} from '@trace-replay/metrics/internal';

import { readDispatchMarks } from '../artifacts/dispatch-marks.ts';
import { readJson } from '../artifacts/read-json.ts';
import { readRecords } from '../artifacts/read-records.ts';
import { writePieces } from '../artifacts/write-part.ts';
import { UsageError } from '../io/errors.ts';

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
  await writePieces(path, async function* () {
    for (const { place, state } of shards) {
      if (state.status === 'running') yield* countedRecords({ place, state }, accumulator, onCut);
      else yield* countedFile(place, accumulator);
    }
  });
}

/** A shard that has ended left what it counted: its records pass through unread. */
async function* countedFile(place: string, accumulator: Accumulator): AsyncGenerator<Buffer> {
  const path = join(place, 'records.jsonl');
  const before = accumulator.recordCount;
  readJson(join(place, 'accumulator.json'), (content) =>
    addAccumulatorState(accumulator, accumulatorStateSchema.parse(content)),
  );
  const counted = accumulator.recordCount - before;
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

async function* countedRecords(
  { place, state }: ShardRun,
  accumulator: Accumulator,
  onCut: (place: string) => void,
): AsyncGenerator<string> {
  const path = join(place, 'records.jsonl');
  if (!existsSync(path)) return;
  const inFlight = await readDispatchMarks(place);
  for await (const record of readRecords(path, { onCut: () => onCut(place), state })) {
    accumulator.add(record);
    inFlight.delete(record.row);
    yield `${encodeRecord(record)}\n`;
  }
  accumulator.addLost(inFlight.size);
}
