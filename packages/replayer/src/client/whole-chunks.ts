import type { OnReadOpts, Socket } from 'node:net';

import type { Clock } from '../time/clock.ts';
import type { ExchangeListener } from './transport.ts';

/**
 * Where in a chunked body (RFC 9112, section 7.1) the next byte of its connection lies, as one
 * number, so that it costs an open stream one field: 0 where a chunk begins, or how many bytes are
 * left of the chunk under way and the line end behind it, or one of the negative numbers below.
 */
type ChunkPlace = number;

export const AT_CHUNK: ChunkPlace = 0;
/**
 * The body has ended, or holds what is only known to the full parser: extensions, trailers, errors.
 */
export const LOST: ChunkPlace = -1;
/** From here on down: within the size line of a chunk, with the size so far. */
const IN_SIZE_LINE = -2;

const CR = 0x0d;
const LF = 0x0a;
const LINE_END_BYTES = 2;
const END_OF_HEAD = '\r\n\r\n';
/** Larger ones are left to the full parser. */
const MOST_CHUNK_BYTES = 2 ** 27;

/**
 * The short way of tokens (docs/decisions/0002): reads one socket, takes the whole chunks that a
 * read begins with, and passes all other bytes on to the socket's stream, which undici reads. An
 * HTTP parser stands at the same place behind whole chunks as before them, so undici misses none.
 */
export class WholeChunks {
  // Hot fields come first: with hundreds of streams the object is cold when its next token comes.
  #place = LOST;
  readonly #clock: Clock;
  readonly #buffer: Buffer;
  #socket: Socket | undefined;
  #listener: ExchangeListener | undefined;
  /** Whether an answer is due: a request was written, and its answer has not ended. */
  isAnswerDue = false;
  /** Called when bytes came while none was due: the socket is gone then. */
  onUnasked: (() => void) | undefined;
  /** When the last read came. */
  readNs = 0;
  /** Reads passed on since the last answer ended, and the first of them. */
  #passedReads = 0;
  #firstPassed: Buffer | undefined;

  /** @param buffer every read is written into it; sockets of one thread may share one */
  constructor(clock: Clock, buffer: Buffer) {
    this.#clock = clock;
    this.#buffer = buffer;
  }

  /** Option for the making of a socket that is to be read so. */
  get onread(): OnReadOpts {
    return { buffer: this.#buffer, callback: (count) => this.#read(count) };
  }

  attach(socket: Socket): void {
    this.#socket = socket;
  }

  /** An answer has ended: nothing is taken before the next head. */
  reset(): void {
    this.isAnswerDue = false;
    this.#place = LOST;
    this.#listener = undefined;
    this.#passedReads = 0;
    this.#firstPassed = undefined;
  }

  /** undici has read the head of an answer with a chunked body, which goes to `listener`. */
  follow(listener: ExchangeListener): void {
    const first = this.#firstPassed;
    // A head in several reads, or behind another head, does not tell where its body begins.
    if (this.#passedReads !== 1 || !first) return;
    const end = first.indexOf(END_OF_HEAD);
    if (end === -1) return;
    this.#listener = listener;
    this.#place = followChunks(AT_CHUNK, first, end + END_OF_HEAD.length);
    this.#firstPassed = undefined;
  }

  #read(count: number): boolean {
    // An answer to nothing would be taken for the answer to the next request.
    if (!this.isAnswerDue) {
      this.#socket?.destroy();
      this.onUnasked?.();
      return false;
    }
    const atNs = this.#clock.nowNs();
    this.readNs = atNs;
    const taken = this.#place === AT_CHUNK ? this.#take(count, atNs) : 0;
    if (taken < count) this.#passOn(taken, count);
    return true;
  }

  /** @returns the index behind the chunks taken */
  #take(count: number, atNs: number): number {
    const listener = this.#listener;
    const bytes = this.#buffer;
    // Not past bytes that undici has not read yet.
    if (!listener || this.#socket?.readableLength !== 0) return 0;
    let at = 0;
    for (let end = endOfChunk(bytes, at, count); end !== -1; end = endOfChunk(bytes, at, count)) {
      listener.onBody(bytes, atNs, startOfData(bytes, at), endOfData(end));
      at = end;
    }
    return at;
  }

  #passOn(from: number, to: number): void {
    const bytes = Buffer.from(this.#buffer.subarray(from, to));
    this.#place = followChunks(this.#place, bytes, 0);
    this.#passedReads += 1;
    this.#firstPassed = this.#passedReads === 1 ? bytes : undefined;
    this.#socket?.push(bytes);
  }
}

function inSizeLine(size: number, isAfterCr: boolean): ChunkPlace {
  return IN_SIZE_LINE - size * 2 - (isAfterCr ? 1 : 0);
}

/**
 * @param place where the byte at `from` lies
 * @returns where the byte behind `bytes` lies
 */
export function followChunks(place: ChunkPlace, bytes: Uint8Array, from: number): ChunkPlace {
  let next = place;
  for (let at = from; at < bytes.length && next !== LOST;) {
    if (next > 0) {
      const skipped = Math.min(next, bytes.length - at);
      at += skipped;
      next -= skipped;
    } else {
      next = followSizeLine(next, bytes[at] ?? 0);
      at += 1;
    }
  }
  return next;
}

function followSizeLine(place: ChunkPlace, byte: number): ChunkPlace {
  const isEmpty = place === AT_CHUNK;
  const size = isEmpty ? 0 : (IN_SIZE_LINE - place) >> 1;
  const isAfterCr = !isEmpty && ((IN_SIZE_LINE - place) & 1) === 1;
  if (isAfterCr) return byte === LF && size > 0 ? size + LINE_END_BYTES : LOST;
  if (byte === CR) return isEmpty ? LOST : inSizeLine(size, true);
  const digit = hexDigit(byte);
  const grown = size * 16 + digit;
  return digit === -1 || grown > MOST_CHUNK_BYTES ? LOST : inSizeLine(grown, false);
}

/** Where the data of the whole chunk that begins at `at` begins. */
export function startOfData(bytes: Uint8Array, at: number): number {
  let start = at + 1;
  while (bytes[start] !== LF) start += 1;
  return start + 1;
}

/** Where the data of the whole chunk that ends before `end` ends. */
export function endOfData(end: number): number {
  return end - LINE_END_BYTES;
}

/**
 * The index behind the chunk with data that begins at `at`; -1 if it is not there as a whole,
 * or not plain.
 *
 * @param count so many bytes were read: what lies behind them in the buffer is older
 */
export function endOfChunk(bytes: Uint8Array, at: number, count: number): number {
  let size = 0;
  let next = at;
  for (let digit = hexDigit(bytes[next]); digit !== -1; digit = hexDigit(bytes[next])) {
    size = size * 16 + digit;
    if (size > MOST_CHUNK_BYTES) return -1;
    next += 1;
  }
  if (size === 0 || bytes[next] !== CR || bytes[next + 1] !== LF) return -1;
  const end = next + LINE_END_BYTES + size + LINE_END_BYTES;
  if (end > count) return -1;
  return bytes[end - 2] === CR && bytes[end - 1] === LF ? end : -1;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
