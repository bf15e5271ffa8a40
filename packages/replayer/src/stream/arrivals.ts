/**
 * When the chunks with content of one answer came, and the tokens of each if the server counted on
 * every one. Plain arrays of doubles, 8 bytes a stamp: a typed array has two more objects, which
 * are cold where hundreds of streams are open (docs/decisions/0003).
 */
export class Arrivals {
  #stampsNs = doubles();
  #tokens: number[] | undefined;

  /** Chunks with content so far. */
  get count(): number {
    return this.#stampsNs.length;
  }

  /** The stamp of the last one; absent without one. */
  get lastNs(): number | undefined {
    return this.#stampsNs.at(-1);
  }

  /** @param tokens tokens since the arrival before, as the server counted; absent if it did not */
  add(atNs: number, tokens?: number): void {
    if (tokens !== undefined) this.#addTokens(tokens);
    else if (this.#tokens !== undefined) this.#tokens = undefined;
    this.#stampsNs.push(atNs);
  }

  /** One stamp for each arrival, in order, nanoseconds since the run's zero. */
  get stampsNs(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#stampsNs);
  }

  /** One count for each arrival; absent unless every arrival had one. */
  get tokens(): Float64Array<ArrayBuffer> | undefined {
    return this.#tokens && new Float64Array(this.#tokens);
  }

  #addTokens(tokens: number): void {
    if (this.count === 0) this.#tokens = [];
    this.#tokens?.push(tokens);
  }
}

/** Empty, and kept as doubles by V8 from the start: it would have to be copied at 2^31 ns. */
function doubles(): number[] {
  const numbers = [0.5];
  numbers.length = 0;
  return numbers;
}
