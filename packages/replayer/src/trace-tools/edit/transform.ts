import { OptionsError, TraceError } from '../../errors/errors.ts';
import { BlockIndex } from '../../trace/block-index.ts';
import { type BlockId, scaleId, type TraceRow } from '../../trace/row.ts';
import { checkedShard, isInShard, type Shard } from '../../schedule/shard.ts';

/** Changes a row, or leaves it out. It may remember rows, so each trace needs a new one. */
export type RowTransform = (row: TraceRow) => TraceRow | undefined;

/** Applies transforms one after the other. */
export function inTurn(transforms: readonly RowTransform[]): RowTransform {
  return (row) =>
    transforms.reduce<TraceRow | undefined>(
      (result, transform) => result && transform(result),
      row,
    );
}

/** Divides the timestamps by a factor, so that a trace plays so much faster. */
export function speedUp(factor: number): RowTransform {
  if (!(factor > 0) || !Number.isFinite(factor)) {
    throw new OptionsError(`Cannot speed up by ${factor}, expected a finite factor above 0`);
  }
  return (row) => ({ ...row, timestampMs: row.timestampMs / factor });
}

/** Keeps the rows from one timestamp to another, both included, in milliseconds of the trace. */
export function keepWindow(fromMs = -Infinity, toMs = Infinity): RowTransform {
  if (fromMs > toMs) {
    throw new OptionsError(`Cannot select from ${fromMs} ms to ${toMs} ms, expected a later end`);
  }
  return (row) => (row.timestampMs >= fromMs && row.timestampMs <= toMs ? row : undefined);
}

/** Keeps the first rows. */
export function keepFirst(limit: number): RowTransform {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new OptionsError(`Cannot keep ${limit} rows, expected an integer of at least 1`);
  }
  let kept = 0;
  return (row) => {
    kept += 1;
    return kept <= limit ? row : undefined;
  };
}

/** Keeps the rows of one shard. */
export function keepShard(shard: Shard): RowTransform {
  checkedShard(shard);
  let place = -1;
  return (row) => {
    place += 1;
    return isInShard(shard, place) ? row : undefined;
  };
}

/** Gives the blocks the ids 0, 1, 2, … in the order of their first sight. */
export function renumberIds(): RowTransform {
  const index = new BlockIndex();
  return (row) =>
    row.hashIds === undefined
      ? row
      : { ...row, hashIds: row.hashIds.map((id) => index.add(0, id)) };
}

/** Cuts longer outputs to so many tokens. */
export function capOutput(tokens: number): RowTransform {
  checkTokens(tokens);
  return (row) => (row.outputLength > tokens ? { ...row, outputLength: tokens } : row);
}

/**
 * Cuts the end off longer inputs, with the blocks in it. What datagen says of the row is cut too:
 * `context_len` is the beginning of the input, `unique_user_prompt_len` the rest.
 *
 * @param blockSize tokens that one hash id of the row names
 */
export function capInput(tokens: number, blockSize: number): RowTransform {
  checkTokens(tokens);
  return (row) => {
    if (row.inputLength <= tokens) return row;
    const { hashIds, otherFields } = row;
    const context = otherFields?.['context_len'];
    return {
      ...row,
      inputLength: tokens,
      ...(hashIds && { hashIds: hashIds.slice(0, Math.ceil(tokens / blockSize)) }),
      ...(typeof context === 'number' &&
        typeof otherFields?.['unique_user_prompt_len'] === 'number' && {
          otherFields: {
            ...otherFields,
            context_len: Math.min(context, tokens),
            unique_user_prompt_len: tokens - Math.min(context, tokens),
          },
        }),
    };
  };
}

/**
 * Cuts blocks into smaller ones that share exactly what the rows shared: block `id` becomes
 * `id × n + 0`, `id × n + 1`, … for n parts, as many of them as the row's tokens fill.
 *
 * @param file the trace as errors name it
 * @throws {OptionsError} for a size that does not divide the old one; the transform throws
 *   {TraceError} for an id that has no room for n parts below 2^64
 */
export function splitBlocks(fromTokens: number, toTokens: number, file: string): RowTransform {
  checkTokens(toTokens);
  if (fromTokens % toTokens !== 0) {
    const reason =
      toTokens > fromTokens
        ? 'rows that share a part of such a block could not say so'
        : 'a new block would lie across two old ones';
    throw new OptionsError(
      `Cannot make blocks of ${toTokens} tokens from blocks of ${fromTokens}: ${reason}, ` +
        `expected a divisor of ${fromTokens}`,
    );
  }
  const parts = fromTokens / toTokens;
  const split = (id: BlockId, part: number, row: TraceRow) => {
    const smaller = scaleId(id, parts, part);
    if (smaller !== undefined) return smaller;
    throw new TraceError(
      `Cannot transform trace "${file}" row ${row.index + 1}: ` +
        `block id ${id} times ${parts} is above 2^64 - 1, expected smaller ids\n` +
        '  Add --renumber-ids.',
      { file, field: 'hash_ids' },
    );
  };
  return (row) => {
    const { hashIds } = row;
    if (hashIds === undefined) return row;
    const blocks = Math.ceil(row.inputLength / toTokens);
    return {
      ...row,
      hashIds: Array.from({ length: blocks }, (_, block) =>
        split(hashIds[Math.floor(block / parts)]!, block % parts, row),
      ),
    };
  };
}

function checkTokens(tokens: number): void {
  if (Number.isSafeInteger(tokens) && tokens >= 1) return;
  throw new OptionsError(`Cannot use a length of ${tokens} tokens, expected an integer from 1`);
}
