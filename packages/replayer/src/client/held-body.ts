/** Learns how far a body is. */
export interface HeldBodyListener {
  /** The first byte of head and body is about to be written. */
  onWrite(): void;
  /** The body has been written to the socket. */
  onWritten(): void;
}

/**
 * A body that undici asks for once and gets when its request is due. By then undici has made the
 * head and has checked that an idle socket is still open; only the write is left.
 */
export class HeldBody implements AsyncIterable<Uint8Array> {
  readonly #bytes: Uint8Array;
  readonly #listener: HeldBodyListener;
  #isReleased = false;
  #isGiven = false;
  #give: ((result: IteratorResult<Uint8Array>) => void) | undefined;

  constructor(bytes: Uint8Array, listener: HeldBodyListener) {
    this.#bytes = bytes;
    this.#listener = listener;
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
    if (this.#isGiven) {
      this.#listener.onWritten();
      return Promise.resolve({ done: true, value: undefined });
    }
    if (this.#isReleased) return Promise.resolve(this.#piece());
    return new Promise((resolve) => (this.#give = resolve));
  }

  #piece(): IteratorResult<Uint8Array> {
    this.#isGiven = true;
    this.#listener.onWrite();
    return { done: false, value: this.#bytes };
  }
}
