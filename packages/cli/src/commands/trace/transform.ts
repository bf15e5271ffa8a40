import { OptionsError } from '@trace-replay/replayer';
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

import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type Io, remark } from '../../io/io.ts';
import { writeTrace } from '../../artifacts/trace-output.ts';

export interface TraceTransformFlags {
  readonly outputFile: string;
  readonly force?: boolean;
  readonly blockSize: number;
  readonly startOffset?: number;
  readonly endOffset?: number;
  readonly limit?: number;
  readonly shard?: Shard;
  readonly maxIsl?: number;
  readonly maxOsl?: number;
  readonly toBlockSize?: number;
  readonly renumberIds?: boolean;
  readonly speedup?: number;
}

/** Writes a trace made of the rows of another. */
export async function traceTransformCommand(
  file: string,
  flags: TraceTransformFlags,
  io: Io,
): Promise<ExitCode> {
  const transform = inTurn(transformsOf(file, flags));
  const source = await openTrace(file);
  try {
    const counts = { read: 0, written: 0 };
    const lines = transformed(source, flags.blockSize, transform, counts);
    await writeTrace(flags.outputFile, lines, io, { force: flags.force });
    const to = flags.outputFile === '-' ? '' : ` to ${flags.outputFile}`;
    remark(io, `Wrote ${counts.written} of ${counts.read} rows${to}.`);
    return EXIT.ok;
  } finally {
    await source.close();
  }
}

/** In the order of a replay: window, limit, shard; then what changes the rows; then the speed. */
function transformsOf(file: string, flags: TraceTransformFlags): RowTransform[] {
  const { blockSize, startOffset, endOffset, limit, shard, maxIsl, maxOsl, toBlockSize } = flags;
  const renumber = flags.renumberIds === true;
  return [
    ...(startOffset !== undefined || endOffset !== undefined
      ? [keepWindow(startOffset, endOffset)]
      : []),
    ...(limit === undefined ? [] : [keepFirst(limit)]),
    ...(shard === undefined ? [] : [keepShard(shard)]),
    ...(maxIsl === undefined ? [] : [capInput(maxIsl, blockSize)]),
    ...(maxOsl === undefined ? [] : [capOutput(maxOsl)]),
    // Small ids leave room for the parts of a block; the parts are numbered again, without holes.
    ...(renumber ? [renumberIds()] : []),
    ...(toBlockSize === undefined ? [] : [splitBlocks(blockSize, toBlockSize, file)]),
    ...(renumber && toBlockSize !== undefined ? [renumberIds()] : []),
    ...(flags.speedup === undefined ? [] : [speedUp(flags.speedup)]),
  ];
}

async function* transformed(
  source: TraceSource,
  blockSize: number,
  transform: RowTransform,
  counts: { read: number; written: number },
): AsyncGenerator<string> {
  for await (const batch of readRows(source, { blockSize, blankLines: 'skip' })) {
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
