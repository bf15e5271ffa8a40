/** Most streams end within a few growths; an open stream without tokens costs 256 bytes. */
const FIRST_CAPACITY = 32;

/**
 * When the chunks with content of one answer came, and how many tokens each of them brought if the
 * server counted on every one. Columns of numbers: no object per token, 8 bytes a stamp.
 */
export class Arrivals {
  #stampsNs = new Float64Array(FIRST_CAPACITY);
  #tokens: Float64Array | undefined;
  #count = 0;

  /** Chunks with content so far. */
  get count(): number {
    return this.#count;
  }

  /** @param tokens tokens since the arrival before, as the server counted; absent if it did not */
  add(atNs: number, tokens?: number): void {
    const count = this.#count;
    if (count === this.#stampsNs.length) this.#stampsNs = grow(this.#stampsNs);
    this.#stampsNs[count] = atNs;
    if (tokens === undefined) this.#tokens = undefined;
    else this.#addTokens(count, tokens);
    this.#count = count + 1;
  }

  /** One stamp for each arrival, in order, nanoseconds since the run's zero; a view, not a copy. */
  get stampsNs(): Float64Array {
    return this.#stampsNs.subarray(0, this.#count);
  }

  /** One count for each arrival; absent unless every arrival had one. */
  get tokens(): Float64Array | undefined {
    return this.#tokens?.subarray(0, this.#count);
  }

  #addTokens(index: number, tokens: number): void {
    if (index === 0) this.#tokens = new Float64Array(FIRST_CAPACITY);
    if (this.#tokens === undefined) return;
    if (index === this.#tokens.length) this.#tokens = grow(this.#tokens);
    this.#tokens[index] = tokens;
  }
}

/** Half as much again: linear in all, and no more than a third of the memory unused. */
function grow(column: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(column.length + (column.length >> 1));
  grown.set(column);
  return grown;
}
