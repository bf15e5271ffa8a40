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

  toState(): { range: { min: number; max: number } | null } {
    const [min, max] = [this.#min, this.#max];
    return { range: min === undefined || max === undefined ? null : { min, max } };
  }

  addState({ range }: ReturnType<Range['toState']>): void {
    for (const value of range === null ? [] : [range.min, range.max]) this.add(value);
  }
}
