/** Name of a block of prompt tokens: a number up to 2^53 - 1, a bigint from there to 2^64 - 1. */
export type BlockId = number | bigint;

/** One line of a Mooncake trace. Source: kvcache-ai/Mooncake, FAST25-release/traces. */
export interface TraceRow {
  /** Index in the trace file, from 0; blank lines do not count. */
  readonly index: number;
  /** When the request arrived, in milliseconds on the trace's own clock; may have a fraction. */
  readonly timestampMs: number;
  /** Prompt length (ISL), in tokens, at least 1. */
  readonly inputLength: number;
  /** Output length (OSL), in tokens, at least 1. */
  readonly outputLength: number;
  /** One id for each block of the prompt, whose last may be partial; absent without sharing. */
  readonly hashIds?: readonly BlockId[];
  /** Fields that are not ours, as they were read; absent when there are none. */
  readonly otherFields?: Readonly<Record<string, unknown>>;
}

export const MAX_BLOCK_ID = 2n ** 64n - 1n;

/** id * factor + offset, exactly; `undefined` above 2^64 - 1, where block ids end. */
export function scaleId(id: BlockId, factor: number, offset: number): BlockId | undefined {
  if (typeof id === 'number') {
    const scaled = id * factor + offset;
    if (Number.isSafeInteger(scaled)) return scaled;
  }
  const exact = BigInt(id) * BigInt(factor) + BigInt(offset);
  if (exact > MAX_BLOCK_ID) return undefined;
  return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
}
