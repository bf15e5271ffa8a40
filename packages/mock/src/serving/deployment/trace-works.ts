import type { Work } from '../model.ts';

/** A row of a Mooncake trace, as `readRows` of the replayer gives it. */
export interface TraceWork {
  readonly timestampMs: number;
  readonly inputLength: number;
  readonly outputLength: number;
  /** One for each block of the prompt, the last one perhaps not full; absent: it shares nothing. */
  readonly hashIds?: readonly (number | bigint)[] | undefined;
}

export interface TraceWorksOptions {
  /** Prompt tokens that one hash id names. */
  readonly traceBlockTokens?: number;
  /** Tokens in a block of the cache; divides the former. */
  readonly blockTokens: number;
}

/**
 * Rows as work for a simulation, each at its timestamp. Its blocks are those that a server would
 * find in the prompts that a replay sends: equal hash ids name equal text.
 *
 * @throws {RangeError} if blocks of the trace are not whole blocks of the cache
 */
export function* worksOfTrace(
  rows: Iterable<TraceWork>,
  { traceBlockTokens = 512, blockTokens }: TraceWorksOptions,
): Generator<Work> {
  const perId = traceBlockTokens / blockTokens;
  if (!Number.isInteger(perId)) {
    throw new RangeError(
      `Cannot cut blocks: those of the trace have ${traceBlockTokens} tokens, ` +
        `expected a multiple of the cache's ${blockTokens}`,
    );
  }
  // Ids may exceed 2^53 and have gaps; numbers in order of appearance make keys that do not.
  const numbers = new Map<number | bigint, number>();
  let request = 0;
  for (const { timestampMs, inputLength, outputLength, hashIds } of rows) {
    const blocks = new Float64Array(hashIds ? Math.floor(inputLength / blockTokens) : 0);
    for (let block = 0; block < blocks.length; block += 1) {
      const id = hashIds![Math.floor(block / perId)]!;
      let number = numbers.get(id);
      if (number === undefined) numbers.set(id, (number = numbers.size));
      blocks[block] = number * perId + (block % perId);
    }
    request += 1;
    yield {
      request,
      arrivedNs: timestampMs * 1e6,
      inputTokens: inputLength,
      outputTokens: outputLength,
      blocks,
    };
  }
}
