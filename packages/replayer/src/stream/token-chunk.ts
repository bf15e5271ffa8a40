import { isPatternAt, viewOf, wordsOf } from './byte-pattern.ts';
import { type Chunk, interpretChunk } from './chunk.ts';
import type { ContentKind } from './content.ts';

const NO_WORDS: readonly number[] = [];
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Longer events are not learned from: a template stays below this, and so does the work on it. */
const LEARNED_BYTES = 4096;
/** Places in one event that are tried as the one that changes. */
const CANDIDATES = 4;
/** Events that a stream may spend on learning before its templates have to pay for it. */
const FREE_LESSONS = 6;
/** Recognised events that pay for one more lesson. */
const EVENTS_PER_LESSON = 8;

/** A JSON text value of a key that may hold content, in bytes read as Latin-1. */
const CONTENT_VALUE =
  /("(?:content|text|reasoning_content|reasoning|arguments|refusal|transcript)"[ \t]*:[ \t]*)"[^"\\]*(?:\\.[^"\\]*)*"/g;
/** One line of data and the blank line behind it, nothing else. */
const PLAIN_EVENT = /^data:[^\n\r]*\n\n$/;

/**
 * The fast path beside `SseParser` and `interpretChunk`, for events that differ from an earlier one
 * only in the text of the token. The bytes around that text are learned from an event that the full
 * path has read; later events are compared with them, and nothing is decoded, parsed or allocated.
 * An event of 240 bytes costs a fifth, or a fourteenth with worker ids (`bench/tools/stream-
 * parser.mjs`).
 *
 * Why the two paths agree: the text is one JSON string token (proved when it is learned, by
 * replacing it), and another string token in its place changes only that value. The interpretation
 * asks of the value whether it is empty.
 */
export class TokenChunk {
  /** Of the bytes up to the text's opening quote, then of those from its closing quote on. */
  #words = NO_WORDS;
  #prefixBytes = 0;
  #suffixBytes = 0;
  /** Where the second ones begin. */
  #suffixFrom = 0;
  #content: ContentKind | undefined;
  #lessons = 0;
  #recognised = 0;

  /** The content of an event that `match` recognises. */
  get content(): ContentKind | undefined {
    return this.#content;
  }

  /**
   * Recognises a token chunk in `bytes` from `start` up to its blank line, before `limit`.
   *
   * @returns the index behind it; -1 for anything else, which the full path has to read
   */
  match(bytes: Uint8Array, start: number, limit = bytes.length): number {
    const words = this.#words;
    const prefixBytes = this.#prefixBytes;
    const suffixBytes = this.#suffixBytes;
    const textStart = start + prefixBytes;
    if (suffixBytes === 0 || textStart + suffixBytes >= limit) return -1;
    const view = viewOf(bytes);
    const offset = bytes.byteOffset;
    if (!isPatternAt(view, offset + start, words, 0, prefixBytes)) return -1;
    const textEnd = endOfText(bytes, textStart, limit);
    const end = textEnd + suffixBytes;
    if (textEnd <= textStart || end > limit) return -1;
    if (!isPatternAt(view, offset + textEnd, words, this.#suffixFrom, suffixBytes)) return -1;
    this.#recognised += 1;
    return end;
  }

  /** Learns the event from `start` to `end`, read as `chunk`, if content is all it has. */
  learn(bytes: Buffer, start: number, end: number, chunk: Chunk): void {
    if (end - start > LEARNED_BYTES || !isPlain(chunk)) return;
    if (this.#lessons >= FREE_LESSONS + this.#recognised / EVENTS_PER_LESSON) return;
    this.#lessons += 1;
    // Latin-1 keeps each byte apart, and JSON's own characters are the same in it as in UTF-8.
    const event = bytes.toString('latin1', start, end);
    if (!PLAIN_EVENT.test(event)) return;
    const candidates = event.matchAll(CONTENT_VALUE);
    for (let tried = 0; tried < CANDIDATES; tried += 1) {
      const match = candidates.next();
      if (match.done) return;
      const [all, key = ''] = match.value;
      const prefix = event.slice(0, match.value.index + key.length + 1);
      const suffix = event.slice(match.value.index + all.length - 1);
      if (!isTextBetween(prefix, suffix, chunk.content)) continue;
      // Long enough for a pattern: a key before, and a quote, a brace and two line ends behind.
      const before = wordsOf(Buffer.from(prefix, 'latin1'));
      const after = wordsOf(Buffer.from(suffix, 'latin1'));
      this.#words = [...before, ...after];
      this.#prefixBytes = prefix.length;
      this.#suffixBytes = suffix.length;
      this.#suffixFrom = before.length;
      this.#content = chunk.content;
      return;
    }
  }
}

type PlainChunk = Extract<Chunk, { kind: 'delta' }> & { readonly content: ContentKind };

/** Worker ids are allowed: the same bytes give the same ids. */
function isPlain(chunk: Chunk): chunk is PlainChunk {
  return (
    chunk.kind === 'delta' &&
    chunk.content !== undefined &&
    // Its note is for the full path to give.
    chunk.content !== 'unknown' &&
    chunk.finishReason === undefined &&
    chunk.usage === undefined &&
    chunk.timing === undefined
  );
}

/**
 * Whether only the text between makes the event content. A second text elsewhere, a key or a look-
 * alike inside a string fails this.
 */
function isTextBetween(prefix: string, suffix: string, content: ContentKind): boolean {
  const empty = interpretChunk('message', dataOf(prefix + suffix));
  const other = interpretChunk('message', dataOf(`${prefix}x${suffix}`));
  return (
    empty.kind === 'delta' &&
    empty.content === undefined &&
    other.kind === 'delta' &&
    other.content === content
  );
}

function dataOf(plainEvent: string): string {
  return plainEvent.slice('data:'.length, -2);
}

/**
 * Where the JSON string whose characters begin at `start` has its closing quote.
 *
 * @returns -1 if it does not end before `limit` or is no valid JSON string
 */
function endOfText(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at < limit) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    // Bytes that are no UTF-8 become U+FFFD in the full path, which a string may hold.
    if (byte < 0x20) return -1;
    if (byte === BACKSLASH) {
      const length = escapeLength(bytes, at);
      if (length === 0) return -1;
      at += length;
    } else {
      at += 1;
    }
  }
  return -1;
}

/** Bytes of the escape at `at`; 0 if it is none. */
function escapeLength(bytes: Uint8Array, at: number): number {
  switch (bytes[at + 1] ?? 0) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // slash
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2;
    case 0x75: // u
      return isHex(bytes[at + 2]) &&
        isHex(bytes[at + 3]) &&
        isHex(bytes[at + 4]) &&
        isHex(bytes[at + 5])
        ? 6
        : 0;
    default:
      return 0;
  }
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}
