const PART_LENGTH = 65_536;

/**
 * A list of numbers that grows in parts, since an array that doubles would hold three times its
 * size while it is copied. 8 bytes a number, 16 for the moment in which `toArray` runs.
 */
export class Timestamps {
  readonly #parts: Float64Array[] = [];
  #part = new Float64Array(PART_LENGTH);
  #used = 0;

  push(value: number): void {
    if (this.#used === PART_LENGTH) {
      this.#parts.push(this.#part);
      this.#part = new Float64Array(PART_LENGTH);
      this.#used = 0;
    }
    this.#part[this.#used++] = value;
  }

  /** All numbers in one array. */
  toArray(): Float64Array {
    const all = new Float64Array(this.#parts.length * PART_LENGTH + this.#used);
    this.#parts.forEach((part, index) => all.set(part, index * PART_LENGTH));
    all.set(this.#part.subarray(0, this.#used), this.#parts.length * PART_LENGTH);
    return all;
  }
}
