import { OptionsError } from '../errors/errors.ts';
import { FIRST_WORD_COUNT, WORDS } from './word-lists.ts';

/** Writes the text of a block: its tokens, each after a separator. */
export type TokenWriter = ReturnType<typeof createTokenWriter>;

/** Bytes that are written at a time, also for a shorter token. */
export const SPARE_BYTES = 8;

/** Words, each after a space; the first one of a block is one that may also begin a text. */
export function createWordWriter(): TokenWriter {
  return createTokenWriter(
    WORDS.map((word) => ` ${word}`),
    FIRST_WORD_COUNT,
  );
}

/** Both ends belong to the range. */
export interface TokenIdRange {
  readonly from: number;
  readonly to: number;
}

/** More than any vocabulary has; with its comma the longest id is eight bytes. */
const MAX_TOKEN_ID = 1_999_999;

/** @throws {OptionsError} if the range is empty or no vocabulary has its end */
export function createTokenIdWriter({ from, to }: TokenIdRange): TokenWriter {
  if (!(0 <= from && from <= to && to <= MAX_TOKEN_ID)) {
    throw new OptionsError(
      `Cannot use token ids ${from} to ${to}, expected a range within 0 to ${MAX_TOKEN_ID}`,
    );
  }
  const ids = Array.from({ length: to - from + 1 }, (_, index) => `,${from + index}`);
  return createTokenWriter(ids, ids.length);
}

/**
 * @param tokens at most 2^21 texts of at most eight bytes each, ASCII
 * @param firstCount so many of them, from the start, may be the first of a block
 */
function createTokenWriter(tokens: readonly string[], firstCount: number) {
  const bytes = Buffer.alloc(tokens.length * SPARE_BYTES);
  const lengths = new Uint8Array(tokens.length);
  tokens.forEach((token, index) => {
    lengths[index] = bytes.write(token, index * SPARE_BYTES, 'latin1');
  });

  return {
    /** Most bytes of a token with its separator. */
    maxTokenBytes: lengths.reduce((most, length) => Math.max(most, length)),
    /**
     * Writes a token for each number from byte `at` on. The target has room for as many of the
     * longest tokens and `SPARE_BYTES` more.
     *
     * @param numbers drawn from 0 to 2^32 - 1
     * @returns the place of the next token
     */
    write(target: Uint8Array, at: number, numbers: Uint32Array): number {
      let choices = firstCount;
      for (let i = 0; i < numbers.length; i++) {
        // Exact in doubles. No choice gets more than one of the 2^32 numbers more than another.
        const token = Math.floor(((numbers[i] as number) * choices) / 2 ** 32);
        const from = token * SPARE_BYTES;
        // Always eight bytes, one by one; the next token overwrites the excess. A loop, or a copy
        // of the exact length, takes more than twice as long.
        target[at] = bytes[from] as number;
        target[at + 1] = bytes[from + 1] as number;
        target[at + 2] = bytes[from + 2] as number;
        target[at + 3] = bytes[from + 3] as number;
        target[at + 4] = bytes[from + 4] as number;
        target[at + 5] = bytes[from + 5] as number;
        target[at + 6] = bytes[from + 6] as number;
        target[at + 7] = bytes[from + 7] as number;
        at += lengths[token] as number;
        choices = tokens.length;
      }
      return at;
    },
  };
}
