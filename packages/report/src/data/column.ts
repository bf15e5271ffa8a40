const FIRST_LENGTH = 1024;

/** Numbers that come one by one, 8 bytes each; NaN stands for a value that is not known. */
export class Column {
  #values = new Float64Array(FIRST_LENGTH);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number | undefined): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value ?? NaN;
  }

  /** NaN for a place beyond the end. */
  at(place: number): number {
    return place < this.#length ? (this.#values[place] ?? NaN) : NaN;
  }

  /** The values so far; not a copy. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
