/**
 * A body that is held back until its request is due. undici has everything else done by then: the
 * head is made, a socket that lay idle has had its turn of the loop in which undici looks whether
 * the server has closed it, and only the write is left.
 *
 * undici asks for it once; it is given in one piece.
 */
export class HeldBody implements AsyncIterable<Uint8Array> {
  readonly #bytes: Uint8Array;
  readonly #onWrite: () => void;
  #isReleased = false;
  #isGiven = false;
  #give: ((result: IteratorResult<Uint8Array>) => void) | undefined;

  /** @param onWrite called just before the first byte of head and body is written */
  constructor(bytes: Uint8Array, onWrite: () => void) {
    this.#bytes = bytes;
    this.#onWrite = onWrite;
  }

  /** Has it written: at once if undici has asked for it, else as soon as it does. */
  release(): void {
    this.#isReleased = true;
    const give = this.#give;
    this.#give = undefined;
    give?.(this.#piece());
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#isGiven) return Promise.resolve({ done: true, value: undefined });
    if (this.#isReleased) return Promise.resolve(this.#piece());
    return new Promise((resolve) => (this.#give = resolve));
  }

  #piece(): IteratorResult<Uint8Array> {
    this.#isGiven = true;
    this.#onWrite();
    return { done: false, value: this.#bytes };
  }
}
