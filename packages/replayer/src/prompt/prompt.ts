import type { BlockId, TraceRow } from '../trace/row.ts';
import { type BlockKind, type BlockName, blockState, sharedBlock } from './block.ts';
import { BlockCache } from './block-cache.ts';
import { fillRandom } from './seeded-random.ts';
import {
  createTokenIdWriter,
  createWordWriter,
  SPARE_BYTES,
  type TokenIdRange,
  type TokenWriter,
} from './tokens.ts';

/**
 * Name of the prompt algorithm: equal names, seeds, block sizes and rows give equal bytes, on any
 * machine and in any version of this package. `docs/prompts.md` is its definition.
 */
export const PROMPT_ALGORITHM = 'words-1';

/** The parts of a row that decide its prompt. */
export type PromptRow = Pick<TraceRow, 'index' | 'inputLength' | 'hashIds'>;

export interface PromptWriterOptions {
  /** An integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Prompt tokens that one hash id names. */
  readonly blockSize?: number;
  readonly tokenIdRange?: TokenIdRange;
  /** Most bytes of block texts that are kept for their next use. */
  readonly cacheBytes?: number;
}

export type PromptWriter = ReturnType<typeof createPromptWriter>;

const CACHE_BYTES = 32 * 1024 * 1024;

/** Tokenizers have whole words here, and neither bytes nor special tokens. */
const TOKEN_IDS: TokenIdRange = { from: 1000, to: 4999 };

/** Prompts share the text of the hash ids with which they begin, and have exactly their tokens. */
export function createPromptWriter({
  seed,
  blockSize = 512,
  tokenIdRange = TOKEN_IDS,
  cacheBytes = CACHE_BYTES,
}: PromptWriterOptions) {
  const textWriter = (writer: TokenWriter) => createTextWriter(writer, seed, blockSize, cacheBytes);
  const textOfWords = textWriter(createWordWriter());
  const textOfIds = textWriter(createTokenIdWriter(tokenIdRange));

  // Both texts begin with a separator, which a prompt does not.
  const words = (row: PromptRow, kind?: BlockKind) => textOfWords(row, kind).subarray(1);
  const tokenIds = (row: PromptRow, kind?: BlockKind) => bracketed(textOfIds(row, kind));
  return {
    /** Words and single spaces: ASCII that may stand in a JSON string as it is. */
    words: (row: PromptRow) => words(row),
    /** A JSON array of token ids. */
    tokenIds: (row: PromptRow) => tokenIds(row),
    /** The prompt of a warm-up request, which shares nothing with any row or other such prompt. */
    warmUpWords: (index: number, inputLength: number) => words({ index, inputLength }, 'warm-up'),
    warmUpTokenIds: (index: number, inputLength: number) =>
      tokenIds({ index, inputLength }, 'warm-up'),
  };
}

/** Makes the function that writes the texts of a row's blocks one after the other. */
function createTextWriter(
  writer: TokenWriter,
  seed: number,
  blockSize: number,
  cacheBytes: number,
): (row: PromptRow, kind?: BlockKind) => Buffer {
  const cache = new BlockCache(cacheBytes);
  const numbers = new Uint32Array(blockSize);

  return ({ index, inputLength, hashIds }, kind = hashIds ? 'shared' : 'row') => {
    // Room for the longest tokens, and for a bracket; memory that is never written costs nothing.
    const text = Buffer.allocUnsafeSlow(inputLength * writer.maxTokenBytes + SPARE_BYTES);
    let end = 0;
    for (let block = 0; block * blockSize < inputLength; block++) {
      const tokens = Math.min(blockSize, inputLength - block * blockSize);
      const id = hashIds?.[block];
      if (id === undefined) {
        write(tokens, { kind, high: index, low: block });
      } else if (tokens < blockSize) {
        // A part of a block is as cheap to make as to cut, and most come once.
        write(tokens, sharedBlock(id));
      } else {
        writeShared(id);
      }
    }
    return text.subarray(0, end);

    function write(tokens: number, name: BlockName): void {
      const drawn = numbers.subarray(0, tokens);
      fillRandom(drawn, blockState(seed, name));
      end = writer.write(text, end, drawn);
    }

    function writeShared(id: BlockId): void {
      const kept = cache.get(id);
      if (kept) {
        text.set(kept, end);
        end += kept.length;
        return;
      }
      const start = end;
      write(blockSize, sharedBlock(id));
      cache.offer(id, text.subarray(start, end));
    }
  };
}

function bracketed(text: Buffer): Buffer {
  const array = Buffer.from(text.buffer, text.byteOffset, text.length + 1);
  array.write('[');
  array.write(']', text.length);
  return array;
}
