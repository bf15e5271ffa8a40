/**
 * How much may lie between those who prepare and those who send: a bound on bytes, which one thing
 * alone may pass. Who finds it full waits.
 */
export class Window {
  readonly #limitBytes: number;
  #bytes = 0;
  #wake: (() => void) | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#limitBytes;
  }

  take(bytes: number): void {
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.isFull) this.release();
  }

  /** Resolves when there is room, or when `release` is called. */
  async room(): Promise<void> {
    if (this.isFull) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Lets whoever waits go on, room or not. */
  release(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
