/**
 * What hands values from callbacks to an `for await` loop. It never makes the producer wait:
 * a slow reader costs memory, not the schedule.
 */
export class RecordQueue<T> implements AsyncIterableIterator<T> {
  #values: (T | undefined)[] = [];
  #next = 0;
  #wake: (() => void) | undefined;
  #end: { readonly error?: unknown } | undefined;

  push(value: T): void {
    this.#values.push(value);
    this.#wake?.();
  }

  /** No more values; with an error, the reader gets it after the last value. */
  end(outcome: { readonly error?: unknown } = {}): void {
    this.#end ??= outcome;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const value = this.#values[this.#next];
      if (value !== undefined) {
        this.#values[this.#next++] = undefined;
        if (this.#next > 1024 && this.#next * 2 > this.#values.length) {
          this.#values = this.#values.slice(this.#next);
          this.#next = 0;
        }
        return { done: false, value };
      }
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
