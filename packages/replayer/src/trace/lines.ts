import { isAscii, isUtf8 } from 'node:buffer';

import { type Problem, traceError } from './file/problem.ts';

/** More than any row has: 64 MiB hold eight million hash ids. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;

/**
 * Cuts the bytes of one file into lines of text. A line ends with LF; a CR before it stays, being
 * white space to JSON. A byte order mark at the start of the file is dropped.
 */
export class Lines {
  readonly #file: string;
  readonly #maxLineBytes: number;
  /** Copies of the bytes since the last LF. */
  #open: Uint8Array[] = [];
  #openBytes = 0;
  #given = 0;

  constructor(file: string, maxLineBytes = MAX_LINE_BYTES) {
    this.#file = file;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Number of the line given last, from 1. */
  get number(): number {
    return this.#given;
  }

  /**
   * The lines of the whole file, a piece at a time.
   *
   * @throws {TraceError} if a line is too long or is not UTF-8
   */
  async *of(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Iterable<string>, void, undefined> {
    for await (const piece of pieces) yield this.take(piece);
    yield this.rest();
  }

  /** The lines that end within this piece. */
  *take(piece: Uint8Array): Generator<string, void, undefined> {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    // Nearly every trace is plain ASCII: one check of the piece spares one for each line.
    const isPlain = isAscii(bytes) && bytes.length <= this.#maxLineBytes;
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      if (isPlain && this.#openBytes === 0) {
        this.#given++;
        yield bytes.toString('latin1', start, end);
      } else {
        this.#keep(bytes.subarray(start, end));
        yield this.#close();
      }
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(Buffer.from(bytes.subarray(start)));
  }

  /** The last line, if the file does not end with LF. */
  *rest(): Generator<string, void, undefined> {
    if (this.#openBytes > 0) yield this.#close();
  }

  #keep(bytes: Uint8Array): void {
    this.#openBytes += bytes.length;
    if (this.#openBytes > this.#maxLineBytes) {
      throw this.#error({
        what: `it is longer than ${this.#maxLineBytes} bytes, expected one row a line`,
        next: 'Write each row on a line of its own (JSON Lines).',
      });
    }
    this.#open.push(bytes);
  }

  #close(): string {
    const bytes = Buffer.concat(this.#open);
    if (!isUtf8(bytes)) {
      throw this.#error({
        what: 'it has bytes that are not UTF-8, expected text in UTF-8',
        next: 'Save the trace as UTF-8; the only packing that is read is gzip.',
      });
    }
    this.#open = [];
    this.#openBytes = 0;
    this.#given++;
    const text = bytes.toString();
    return this.#given === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  #error(problem: Problem): Error {
    return traceError(this.#file, problem, { line: this.#given + 1 });
  }
}
