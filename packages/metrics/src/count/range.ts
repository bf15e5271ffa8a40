/** The smallest and the largest of some numbers; `undefined` before the first one. */
export class Range {
  #min: number | undefined;
  #max: number | undefined;

  get min(): number | undefined {
    return this.#min;
  }

  get max(): number | undefined {
    return this.#max;
  }

  add(value: number): void {
    if (this.#min === undefined || value < this.#min) this.#min = value;
    if (this.#max === undefined || value > this.#max) this.#max = value;
  }

  merge({ min, max }: Pick<Range, 'min' | 'max'>): void {
    if (min !== undefined) this.add(min);
    if (max !== undefined) this.add(max);
  }
}
