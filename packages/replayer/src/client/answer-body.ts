import {
  AT_CHUNK,
  type ChunkPlace,
  endOfChunk,
  endOfData,
  followChunks,
  LOST,
  startOfData,
} from './chunk-place.ts';

/** What an answer's body is fed to. Its counts tell the exchange how far the stream is. */
export interface AnswerReader {
  /** @param bytes of which those from `start` to `end` are the body's; all of them by default */
  push(bytes: Uint8Array, atNs: number, start?: number, end?: number): void;
  /** Events with content so far. */
  readonly contentCount: number;
  /** When the last of them came; absent without one. */
  readonly lastContentNs: number | undefined;
  /** A finish reason or an error came: what remains to come changes no latency. */
  readonly isFinished: boolean;
  /** `[DONE]` came. */
  readonly isDone: boolean;
}

/** Who wants to know how far an answer is. */
export interface AnswerObserver {
  onFirstContent(atNs: number): void;
  /** `[DONE]` came. Called once. */
  onDone(): void;
}

const END_OF_HEAD = '\r\n\r\n';

/**
 * The body of an answer that is an event stream, on its way from the connection to the reader. It
 * comes by undici, which reads head, chunks and end; but whole chunks that a read begins with, as
 * nearly all do that bring a token, are taken before they get there: undici's parser stands at the
 * same place behind them as before them (docs/decisions/0002).
 */
export class AnswerBody {
  // First what every read asks for, as in Connection.
  readonly #reader: AnswerReader;
  #place: ChunkPlace = LOST;
  readonly #observer: AnswerObserver;
  /** When the last read without content came. */
  #lastOtherNs: number;
  #isInHead: boolean;

  /**
   * @param headersNs when the head came, in nanoseconds since the run's zero
   * @param isChunked the body is chunked, and its head, complete,
   *   is what the read under way begins with
   */
  constructor(
    reader: AnswerReader,
    observer: AnswerObserver,
    { headersNs, isChunked }: { readonly headersNs: number; readonly isChunked: boolean },
  ) {
    this.#reader = reader;
    this.#observer = observer;
    this.#lastOtherNs = headersNs;
    this.#isInHead = isChunked;
  }

  /** When the last read came. */
  get lastReadNs(): number {
    return Math.max(this.#lastOtherNs, this.#reader.lastContentNs ?? 0);
  }

  /**
   * Takes what undici need not see of a read of the connection, before undici gets it.
   *
   * @returns the index behind what was taken
   */
  take(bytes: Uint8Array, atNs: number): number {
    let at = 0;
    if (this.#place !== AT_CHUNK) return at;
    for (let end = endOfChunk(bytes, at); end !== -1; end = endOfChunk(bytes, at)) {
      this.push(bytes, atNs, startOfData(bytes, at), endOfData(end));
      at = end;
    }
    return at;
  }

  /** Is told of what undici got of a read. */
  follow(bytes: Buffer): void {
    if (this.#isInHead) {
      this.#isInHead = false;
      // Of a 103 that came before it, if there is one: what follows then begins no chunk.
      const end = bytes.indexOf(END_OF_HEAD);
      if (end !== -1) this.#place = followChunks(AT_CHUNK, bytes, end + END_OF_HEAD.length);
    } else this.#place = followChunks(this.#place, bytes, 0);
  }

  /** Takes data of the body, the bytes from `start` to `end`. */
  push(bytes: Uint8Array, atNs: number, start = 0, end = bytes.length): void {
    const reader = this.#reader;
    const { contentCount, isDone } = reader;
    reader.push(bytes, atNs, start, end);
    if (reader.contentCount === contentCount) this.#lastOtherNs = atNs;
    else if (contentCount === 0) this.#observer.onFirstContent(atNs);
    if (reader.isDone && !isDone) this.#observer.onDone();
  }
}
