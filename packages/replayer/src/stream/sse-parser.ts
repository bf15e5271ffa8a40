/** What a parser reports, in the order of the stream. */
export interface SseSink {
  /** An event: its name (`message` without one) and its data. */
  onEvent(type: string, data: string): void;
  /**
   * A block without a data line, which the standard drops. Dynamo words annotations and errors so:
   * a name, and the payload in a comment.
   */
  onEmptyEvent?(type: string): void;
  /** A comment, without its colon and one space after it. */
  onComment?(text: string): void;
  /** A field named `error`, which is none of the standard, without its colon and one space. */
  onErrorField?(text: string): void;
  /** A line that is no field of the standard: something that is no event stream. */
  onOtherLine?(text: string): void;
  /** An event grew beyond the cap. It is reported once; nothing of the stream is read any more. */
  onTooLarge(maxEventBytes: number): void;
}

export const MAX_EVENT_BYTES = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const LONGEST_FIELD = 5;
const NOTHING = Buffer.alloc(0);
/** A buffer for cut lines that grew beyond this is given back after its line. */
const KEPT_LINE_BYTES = 4096;

/**
 * Bytes of a `text/event-stream` → events, however the bytes are cut into reads. Source: WHATWG
 * HTML 9.2.5 and 9.2.6. What is not UTF-8 becomes U+FFFD. An event that the end of the stream cuts
 * short is never reported.
 *
 * Only a line cut by the end of a read is copied, into a buffer that doubles: the cost is linear in
 * the bytes even for one byte a read.
 */
export class SseParser {
  readonly #sink: SseSink;
  readonly #maxEventBytes: number;
  /** The line under way, as far as earlier reads brought it. */
  #line: Buffer = NOTHING;
  #lineBytes = 0;
  #isFirstLine = true;
  #isAfterCr = false;
  #isTooLarge = false;
  #isInBlock = false;
  #type = '';
  #data: string | undefined;
  /** Second and later data lines: rare, so one array then, and no string joined per line. */
  #moreData: string[] | undefined;
  #dataBytes = 0;

  /** @param maxEventBytes most bytes of one event's data lines and the line under way */
  constructor(sink: SseSink, maxEventBytes = MAX_EVENT_BYTES) {
    this.#sink = sink;
    this.#maxEventBytes = maxEventBytes;
  }

  /** Whether the next byte begins an event: nothing is held that belongs to it. */
  get isBetweenEvents(): boolean {
    return !this.#isInBlock && this.#lineBytes === 0 && !this.#isAfterCr;
  }

  /** The line under way, as far as it came: what the end of the stream cuts off. */
  get lineUnderWay(): string {
    return decode(this.#line, 0, this.#isTooLarge ? 0 : this.#lineBytes);
  }

  /** Reads all of `bytes`. They may be overwritten afterwards. */
  push(bytes: Uint8Array): void {
    const buffer = asBuffer(bytes);
    let at = 0;
    while (at < buffer.length) at = this.read(buffer, at);
  }

  /**
   * Reads up to the end of the next blank line, which is where an event ends.
   *
   * @returns the index behind it; the length of `bytes` if there is no blank line
   */
  read(bytes: Buffer, from: number): number {
    if (this.#isTooLarge || from >= bytes.length) return bytes.length;
    let start = from;
    if (this.#isAfterCr) {
      this.#isAfterCr = false;
      if (bytes[start] === LF) start += 1;
    }
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== LF && byte !== CR) continue;
      const isBlank = this.#endLine(bytes, start, at);
      if (this.#isTooLarge) return bytes.length;
      if (byte === CR) {
        // A CR ends its line at once; whether an LF belongs to it is seen when the next byte comes.
        if (at + 1 === bytes.length) this.#isAfterCr = true;
        else if (bytes[at + 1] === LF) at += 1;
      }
      start = at + 1;
      if (isBlank) return start;
    }
    this.#keep(bytes, start, bytes.length);
    return bytes.length;
  }

  /** @returns whether the line is blank, and so ends the block */
  #endLine(bytes: Buffer, start: number, end: number): boolean {
    if (this.#lineBytes === 0) return this.#readLine(bytes, start, end);
    this.#keep(bytes, start, end);
    if (this.#isTooLarge) return false;
    const line = this.#line;
    const length = this.#lineBytes;
    this.#lineBytes = 0;
    if (line.length > KEPT_LINE_BYTES) this.#line = NOTHING;
    return this.#readLine(line, 0, length);
  }

  #readLine(bytes: Buffer, lineStart: number, end: number): boolean {
    let start = lineStart;
    if (this.#dataBytes + end - start > this.#maxEventBytes) {
      this.#stop();
      return false;
    }
    if (this.#isFirstLine) {
      this.#isFirstLine = false;
      if (startsWithBom(bytes, start, end)) start += 3;
    }
    if (start === end) {
      this.#endBlock();
      return true;
    }
    this.#isInBlock = true;
    if (isData(bytes, start, end)) {
      this.#dataBytes += end - start;
      this.#addData(decode(bytes, afterColon(bytes, start + 4, end), end));
    } else if (bytes[start] === COLON) {
      this.#sink.onComment?.(decode(bytes, afterColon(bytes, start, end), end));
    } else {
      this.#readField(bytes, start, end);
    }
    return false;
  }

  #addData(text: string): void {
    if (this.#data === undefined) this.#data = text;
    else (this.#moreData ??= []).push(text);
  }

  #readField(bytes: Buffer, start: number, end: number): void {
    let colon = start;
    while (colon < end && bytes[colon] !== COLON && colon - start <= LONGEST_FIELD) colon += 1;
    const name = bytes.toString('latin1', start, colon);
    const value = () => decode(bytes, afterColon(bytes, colon, end), end);
    if (name === 'event') this.#type = value();
    else if (name === 'error') this.#sink.onErrorField?.(value());
    // No connection is made again, so ids and times to retry mean nothing here.
    else if (name !== 'id' && name !== 'retry') this.#sink.onOtherLine?.(decode(bytes, start, end));
  }

  #endBlock(): void {
    if (!this.#isInBlock) return;
    const type = this.#type === '' ? 'message' : this.#type;
    const first = this.#data;
    const more = this.#moreData;
    this.#isInBlock = false;
    this.#type = '';
    this.#data = undefined;
    this.#moreData = undefined;
    this.#dataBytes = 0;
    if (first === undefined) {
      this.#sink.onEmptyEvent?.(type);
      return;
    }
    const data = more === undefined ? first : `${first}\n${more.join('\n')}`;
    this.#sink.onEvent(type, data);
  }

  /** Copies a part of a line that the end of a read cut. */
  #keep(bytes: Buffer, start: number, end: number): void {
    const length = this.#lineBytes + end - start;
    if (this.#dataBytes + length > this.#maxEventBytes) {
      this.#stop();
      return;
    }
    if (length > this.#line.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(256, this.#line.length * 2, length));
      this.#line.copy(grown, 0, 0, this.#lineBytes);
      this.#line = grown;
    }
    bytes.copy(this.#line, this.#lineBytes, start, end);
    this.#lineBytes = length;
  }

  #stop(): void {
    this.#isTooLarge = true;
    this.#isInBlock = true;
    this.#line = NOTHING;
    this.#data = undefined;
    this.#moreData = undefined;
    this.#sink.onTooLarge(this.#maxEventBytes);
  }
}

/** The same bytes with Buffer's decoders, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function startsWithBom(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 3) return false;
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

function isData(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start >= 4 &&
    bytes[start] === 0x64 &&
    bytes[start + 1] === 0x61 &&
    bytes[start + 2] === 0x74 &&
    bytes[start + 3] === 0x61 &&
    (end - start === 4 || bytes[start + 4] === COLON)
  );
}

/** Where a value begins: behind the colon, if there is one, and one space, if there is one. */
function afterColon(bytes: Buffer, colon: number, end: number): number {
  if (colon >= end) return end;
  return colon + 1 < end && bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
}

/** Unlike TextDecoder's default, this keeps a BOM: only the stream's first one is not text. */
function decode(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end);
}
