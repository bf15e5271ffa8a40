import { BlockIndex } from '../../trace/block-index.ts';
import { enlarged } from '../../trace/enlarged.ts';
import type { BlockId, TraceRow } from '../../trace/row.ts';

/** A trace as columns of numbers: 20 bytes a row and 4 for each of its blocks. */
export interface TraceColumns {
  readonly rows: number;
  readonly timestampsMs: Float64Array;
  /** Tokens. */
  readonly inputLengths: Int32Array;
  /** Tokens. */
  readonly outputLengths: Int32Array;
  /** The blocks of every row; absent unless every row names its blocks. */
  readonly blocks?: BlockColumns;
  /** Sums of the fields that datagen adds, in tokens; absent unless every row has both. */
  readonly shared?: { readonly contextTokens: number; readonly uniquePromptTokens: number };
}

/** Blocks, numbered 0, 1, 2, … in the order of their first sight. */
export interface BlockColumns {
  /** Distinct blocks. */
  readonly unique: number;
  /** The blocks of all rows, one row after the other. */
  readonly numbers: Int32Array;
  /** For each row, the end of its blocks in `numbers`; the next row begins there. */
  readonly ends: Int32Array;
}

/** Collects columns row by row. */
export class ColumnsBuilder {
  readonly #timestampsMs: number[] = [];
  readonly #inputLengths: number[] = [];
  readonly #outputLengths: number[] = [];
  readonly #ends: number[] = [];
  #numbers = new Int32Array(1024);
  #total = 0;
  #index: BlockIndex | undefined = new BlockIndex();
  #contextTokens: number | undefined = 0;
  #uniquePromptTokens: number | undefined = 0;

  add({ timestampMs, inputLength, outputLength, hashIds, otherFields }: TraceRow): void {
    this.#timestampsMs.push(timestampMs);
    this.#inputLengths.push(inputLength);
    this.#outputLengths.push(outputLength);
    if (hashIds === undefined) this.#index = undefined;
    else if (this.#index !== undefined) this.#addBlocks(hashIds, this.#index);
    this.#ends.push(this.#total);
    this.#contextTokens = plus(this.#contextTokens, otherFields?.['context_len']);
    this.#uniquePromptTokens = plus(
      this.#uniquePromptTokens,
      otherFields?.['unique_user_prompt_len'],
    );
  }

  /** The columns; nothing can be added after it. */
  build(): TraceColumns {
    const unique = this.#index?.size;
    // The index is the larger part of the memory, and no longer needed.
    this.#index = undefined;
    const contextTokens = this.#contextTokens;
    const uniquePromptTokens = this.#uniquePromptTokens;
    return {
      rows: this.#ends.length,
      timestampsMs: Float64Array.from(this.#timestampsMs),
      inputLengths: Int32Array.from(this.#inputLengths),
      outputLengths: Int32Array.from(this.#outputLengths),
      ...(unique !== undefined && {
        blocks: {
          unique,
          numbers: this.#numbers.subarray(0, this.#total),
          ends: Int32Array.from(this.#ends),
        },
      }),
      ...(contextTokens !== undefined &&
        uniquePromptTokens !== undefined && { shared: { contextTokens, uniquePromptTokens } }),
    };
  }

  #addBlocks(hashIds: readonly BlockId[], index: BlockIndex): void {
    const end = this.#total + hashIds.length;
    if (end > this.#numbers.length) this.#numbers = enlarged(this.#numbers, 2 * end);
    for (const id of hashIds) {
      this.#numbers[this.#total] = index.add(0, id);
      this.#total += 1;
    }
  }
}

/** The sum, as long as every value is a number. */
function plus(sum: number | undefined, value: unknown): number | undefined {
  return sum === undefined || typeof value !== 'number' ? undefined : sum + value;
}

/**
 * Visits the rows in order.
 *
 * @param visit gets the row, the range of its blocks in `numbers`, and the count of distinct blocks
 *   in earlier rows; as blocks are numbered by first sight, these have the lower numbers
 */
export function forEachRow(
  { numbers, ends }: BlockColumns,
  visit: (row: number, start: number, end: number, seen: number) => void,
): void {
  let start = 0;
  let seen = 0;
  for (let row = 0; row < ends.length; row += 1) {
    const end = ends[row]!;
    visit(row, start, end, seen);
    for (let at = start; at < end; at += 1) seen = Math.max(seen, numbers[at]! + 1);
    start = end;
  }
}
