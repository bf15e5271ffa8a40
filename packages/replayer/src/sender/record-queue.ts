/**
 * Hands values from callbacks to an `for await` loop. It never makes the producer wait: a slow
 * reader costs memory, not the schedule. Leaving the loop ends nothing: the next loop goes on.
 */
export class RecordQueue<T> implements AsyncIterableIterator<T, undefined> {
  #incoming: T[] = [];
  /** Under way to the reader. */
  #batch: T[] = [];
  #next = 0;
  #wake: (() => void) | undefined;
  #outcome: { readonly error?: unknown } | undefined;

  push(value: T): void {
    this.#incoming.push(value);
    this.#wake?.();
  }

  /** No more values; with an error, the reader gets it after the last value. */
  end(outcome: { readonly error?: unknown } = {}): void {
    this.#outcome ??= outcome;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.#next === this.#batch.length) {
      if (this.#incoming.length > 0) {
        this.#batch = this.#incoming;
        this.#incoming = [];
        this.#next = 0;
      } else if (this.#outcome === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else if ('error' in this.#outcome) {
        throw this.#outcome.error;
      } else {
        return { done: true, value: undefined };
      }
    }
    return { done: false, value: this.#batch[this.#next++] as T };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
