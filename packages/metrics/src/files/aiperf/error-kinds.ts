import type { AiperfError } from './record-line.ts';

/** Kinds kept apart at most: messages come from servers, and each could be another. */
const MOST_KINDS = 1000;

/** Counts equal errors, in bounded memory. */
export class ErrorKinds {
  readonly #kinds = new Map<string, { readonly error: AiperfError; count: number }>();

  count(error: AiperfError): void {
    const key = this.#keyOf(error);
    const kind = this.#kinds.get(key);
    if (kind) kind.count++;
    else this.#kinds.set(key, { error, count: 1 });
  }

  /** The most frequent first. */
  list(): readonly { readonly error: AiperfError; readonly count: number }[] {
    return [...this.#kinds.values()].sort((left, right) => right.count - left.count);
  }

  /** Beyond the bound, an error joins the first one of its type. */
  #keyOf(error: AiperfError): string {
    const key = JSON.stringify(error);
    return this.#kinds.has(key) || this.#kinds.size < MOST_KINDS ? key : error.type;
  }
}
