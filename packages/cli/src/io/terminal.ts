import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';

/** Kept for a terminal that nobody reads; more is left out. */
const MOST_BYTES = 64 * 1024;
const RETRY_MS = 50;
/** An end of the process is not put off for longer. */
const DRAIN_MS = 500;
/** Errors of a terminal that takes nothing more for now. */
const BUSY = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR']);

/**
 * Writes to a terminal without ever waiting for it. Node writes to terminals synchronously: one
 * that is not read (Ctrl+S, a dead SSH) stops the loop, and the run, until it is read again.
 */
export class Terminal extends Writable {
  readonly isTTY = true;
  readonly #descriptor: number;
  readonly #columns: () => number | undefined;
  readonly #write: typeof writeSync;
  #pending = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;

  constructor(
    descriptor: number,
    columns: () => number | undefined,
    write: typeof writeSync = writeSync,
  ) {
    super({ decodeStrings: true });
    this.#descriptor = descriptor;
    this.#columns = columns;
    this.#write = write;
  }

  /** A terminal without a size says 0. */
  get columns(): number {
    return this.#columns() || 80;
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    // Whole pieces are left out, so that no escape sequence is cut.
    if (this.#pending.length + piece.length <= MOST_BYTES) {
      this.#pending = Buffer.concat([this.#pending, piece]);
    }
    this.#flush();
    done();
  }

  /** Waits a moment for a terminal that is slow. */
  async drain(): Promise<void> {
    for (let waitedMs = 0; this.#pending.length > 0 && waitedMs < DRAIN_MS; waitedMs += RETRY_MS) {
      await sleep(RETRY_MS);
      this.#flush();
    }
    clearTimeout(this.#timer);
    closeSync(this.#descriptor);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      while (this.#pending.length > 0) {
        const written = this.#write(this.#descriptor, this.#pending);
        this.#pending = this.#pending.subarray(written);
      }
    } catch (error) {
      // A terminal that is gone takes nothing ever.
      if (!BUSY.has((error as NodeJS.ErrnoException).code ?? '')) this.#pending = Buffer.alloc(0);
    }
    if (this.#pending.length > 0) this.#timer = setTimeout(() => this.#flush(), RETRY_MS).unref();
  }
}

/**
 * Opens the terminal of a standard stream once more: the flag that makes writes return at once is
 * of this opening alone, and nobody else's.
 *
 * @returns nothing if the stream is no terminal, or cannot be opened
 */
export function openTerminal(stream: NodeJS.WriteStream & { readonly fd: number }) {
  if (!stream.isTTY) return undefined;
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    const descriptor = openSync(`/proc/self/fd/${stream.fd}`, flags);
    return new Terminal(descriptor, () => stream.columns);
  } catch {
    return undefined;
  }
}
