import { BlockIndex } from '../../trace/block-index.ts';
import type { TraceRow } from '../../trace/row.ts';

/**
 * A trace as columns of numbers: 20 bytes a row and 4 for each of its blocks, so that a million
 * rows can be looked at several times.
 */
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
  /**
   * For each row, where its blocks end in `numbers`; they begin where those of the row before end.
   */
  readonly ends: Int32Array;
}

/** Collects columns row by row. */
export class ColumnsBuilder {
  #rows = 0;
  #timestampsMs = new Float64Array(1024);
  #inputLengths = new Int32Array(1024);
  #outputLengths = new Int32Array(1024);
  #ends = new Int32Array(1024);
  #numbers = new Int32Array(1024);
  #total = 0;
  #index: BlockIndex | undefined = new BlockIndex();
  #contextTokens: number | undefined = 0;
  #uniquePromptTokens: number | undefined = 0;

  add(row: TraceRow): void {
    const index = this.#rows;
    if (index === this.#ends.length) this.#grow();
    this.#timestampsMs[index] = row.timestampMs;
    this.#inputLengths[index] = row.inputLength;
    this.#outputLengths[index] = row.outputLength;
    this.#addBlocks(row);
    this.#ends[index] = this.#total;
    this.#contextTokens = plus(this.#contextTokens, row.otherFields?.['context_len']);
    this.#uniquePromptTokens = plus(
      this.#uniquePromptTokens,
      row.otherFields?.['unique_user_prompt_len'],
    );
    this.#rows += 1;
  }

  /** The columns; nothing can be added after it. */
  build(): TraceColumns {
    const rows = this.#rows;
    const unique = this.#index?.size;
    // The index is the larger part of the memory, and nobody needs it any more.
    this.#index = undefined;
    const contextTokens = this.#contextTokens;
    const uniquePromptTokens = this.#uniquePromptTokens;
    return {
      rows,
      timestampsMs: this.#timestampsMs.subarray(0, rows),
      inputLengths: this.#inputLengths.subarray(0, rows),
      outputLengths: this.#outputLengths.subarray(0, rows),
      ...(unique !== undefined && {
        blocks: {
          unique,
          numbers: this.#numbers.subarray(0, this.#total),
          ends: this.#ends.subarray(0, rows),
        },
      }),
      ...(contextTokens !== undefined &&
        uniquePromptTokens !== undefined && { shared: { contextTokens, uniquePromptTokens } }),
    };
  }

  #addBlocks({ hashIds }: TraceRow): void {
    if (hashIds === undefined) this.#index = undefined;
    if (hashIds === undefined || this.#index === undefined) return;
    const end = this.#total + hashIds.length;
    if (end > this.#numbers.length) {
      this.#numbers = resized(this.#numbers, Int32Array, Math.max(2 * this.#numbers.length, end));
    }
    for (const id of hashIds) {
      this.#numbers[this.#total] = this.#index.add(0, id);
      this.#total += 1;
    }
  }

  #grow(): void {
    const length = 2 * this.#rows;
    this.#timestampsMs = resized(this.#timestampsMs, Float64Array, length);
    this.#inputLengths = resized(this.#inputLengths, Int32Array, length);
    this.#outputLengths = resized(this.#outputLengths, Int32Array, length);
    this.#ends = resized(this.#ends, Int32Array, length);
  }
}

function resized<A extends Int32Array | Float64Array>(
  from: A,
  Kind: new (length: number) => A,
  length: number,
): A {
  const larger = new Kind(length);
  larger.set(from);
  return larger;
}

/** The sum, as long as every value is a number. */
function plus(sum: number | undefined, value: unknown): number | undefined {
  return sum === undefined || typeof value !== 'number' ? undefined : sum + value;
}
