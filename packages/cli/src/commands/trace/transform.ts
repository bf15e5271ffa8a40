import { OptionsError } from '@trace-replay/replayer';
import { parseShard } from '@trace-replay/replayer/internal';
import {
  capInput,
  capOutput,
  encodeRow,
  inTurn,
  keepFirst,
  keepShard,
  keepWindow,
  openTrace,
  readRows,
  renumberIds,
  type RowTransform,
  type Shard,
  speedUp,
  splitBlocks,
  type TraceSource,
} from '@trace-replay/replayer/trace';

import type { Command } from 'commander';
import * as z from 'zod';

import { writeTrace } from '../../artifacts/trace-output.ts';
import { addFlags, flagFor, number } from '../../flags/flags.ts';
import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type CommandIo, type Io, remark } from '../../io/io.ts';
import {
  BLOCK_SIZE,
  count,
  FILE,
  FORCE,
  positive,
  type SharedValues,
  TIME_UNIT,
} from './shared-flags.ts';

const milliseconds = z.number('expected milliseconds');

const shape = {
  outputFile: z.string().min(1).default('-').describe('trace to write, - for standard output'),
  startOffset: milliseconds.optional().describe('leave out rows with an earlier timestamp'),
  endOffset: milliseconds.optional().describe('leave out rows with a later timestamp'),
  limit: count.optional().describe('keep at most so many rows'),
  shard: z.custom<Shard>().optional().describe('keep every n-th row from row i on, i from 0'),
  maxIsl: count.optional().describe('cut the end off longer inputs'),
  maxOsl: count.optional().describe('cut longer outputs'),
  toBlockSize: count.optional().describe('cut blocks into smaller ones, exactly'),
  renumberIds: z.boolean().optional().describe('number the block ids 0, 1, 2, … by first sight'),
  speedup: positive.optional().describe('divide the timestamps by this'),
};

type TransformFlags = SharedValues & z.output<z.ZodObject<typeof shape>>;

/** Adds `trace transform`. */
export function addTraceTransformCommand(trace: Command, io: CommandIo): void {
  const command = trace
    .command('transform')
    .description('select rows (window, then limit, then shard), cut lengths, change ids and speed')
    .argument(...FILE)
    .action(async (file: string, flags: TransformFlags) =>
      io.onEnd(await transformTrace(file, flags, io)),
    );
  addFlags(command, [
    flagFor(shape, 'outputFile', '--output-file <file>'),
    FORCE,
    BLOCK_SIZE,
    TIME_UNIT,
    flagFor(shape, 'startOffset', '--start-offset <ms>', number),
    flagFor(shape, 'endOffset', '--end-offset <ms>', number),
    flagFor(shape, 'limit', '--limit <rows>', number),
    flagFor(shape, 'shard', '--shard <i/n>', parseShard),
    flagFor(shape, 'maxIsl', '--max-isl <tokens>', number),
    flagFor(shape, 'maxOsl', '--max-osl <tokens>', number),
    flagFor(shape, 'toBlockSize', '--to-block-size <tokens>', number),
    flagFor(shape, 'renumberIds', '--renumber-ids'),
    flagFor(shape, 'speedup', '--speedup <factor>', number),
  ]);
}

/** Writes a trace made of the rows of another. */
async function transformTrace(file: string, flags: TransformFlags, io: Io): Promise<ExitCode> {
  const transform = inTurn(transformsOf(file, flags));
  const source = await openTrace(file);
  try {
    const counts = { read: 0, written: 0 };
    const lines = transformed(source, flags, transform, counts);
    await writeTrace(flags.outputFile, lines, io, flags.force);
    const to = flags.outputFile === '-' ? '' : ` to ${flags.outputFile}`;
    remark(io, `Wrote ${counts.written} of ${counts.read} rows${to}.`);
    return EXIT.ok;
  } finally {
    await source.close();
  }
}

/** In the order of a replay: window, limit, shard; then what changes the rows; then the speed. */
function transformsOf(file: string, flags: TransformFlags): RowTransform[] {
  const { blockSize, startOffset, endOffset, limit, shard, maxIsl, maxOsl, toBlockSize } = flags;
  const renumber = flags.renumberIds === true;
  const given = <T>(value: T | undefined, transform: (value: T) => RowTransform) =>
    value === undefined ? [] : [transform(value)];
  return [
    ...given(startOffset ?? endOffset, () => keepWindow(startOffset, endOffset)),
    ...given(limit, keepFirst),
    ...given(shard, keepShard),
    ...given(maxIsl, (most) => capInput(most, blockSize)),
    ...given(maxOsl, capOutput),
    // Small ids leave room for the parts of a block; the parts are numbered again, without holes.
    ...(renumber ? [renumberIds()] : []),
    ...given(toBlockSize, (size) => splitBlocks(blockSize, size, file)),
    ...(renumber && toBlockSize !== undefined ? [renumberIds()] : []),
    ...given(flags.speedup, speedUp),
  ];
}

async function* transformed(
  source: TraceSource,
  { blockSize, timeUnit }: TransformFlags,
  transform: RowTransform,
  counts: { read: number; written: number },
): AsyncGenerator<string> {
  for await (const batch of readRows(source, { blockSize, timeUnit, blankLines: 'skip' })) {
    for (const row of batch) {
      counts.read += 1;
      const result = transform(row);
      if (result === undefined) continue;
      counts.written += 1;
      yield encodeRow(result);
    }
  }
  if (counts.written === 0) {
    throw new OptionsError(
      `Cannot transform trace "${source.name}": none of its ${counts.read} rows is selected, ` +
        'expected one\n  Widen the window or the shard.',
    );
  }
}
