import { Arrivals } from './arrivals.ts';
import { type Delta, interpretChunk } from './chunk.ts';
import type { ContentKind } from './content.ts';
import { meaningOf } from './finish-reason.ts';
import { asBuffer, MAX_EVENT_BYTES, SseParser } from './sse-parser.ts';
import { readBareError, readErrorText, type StreamError } from './stream-error.ts';
import { TokenChunk } from './token-chunk.ts';
import type { Usage } from './usage.ts';

/** What one response body said, and when. What it did not say is absent. */
export interface Answer {
  /** One instant for each event with content, ascending, nanoseconds since the run's zero. */
  readonly contentNs: Float64Array;
  /** Tokens of each of them; there only if the server counted on every one. */
  readonly contentTokens?: Float64Array | undefined;
  /** Index into `contentNs` of the first answer text: neither reasoning nor tool call. */
  readonly firstAnswer?: number | undefined;
  /** The first one that no content followed; one that means failure comes before others. */
  readonly finishReason?: string;
  /** A reason that content of its choice followed, so that it was none. */
  readonly withdrawnReason?: string;
  /** Content came in a form that is not understood. */
  readonly hasUnknownContent?: true;
  /** The beginning of what came outside all events. */
  readonly textOutside?: string;
  /** The first event that is no chunk, and whose words may say why nothing came. */
  readonly remark?: string;
  /** The last count of each kind. */
  readonly usage?: Usage;
  /** The first error that the server reported in the stream. */
  readonly error?: StreamError;
  /** What was wrong with the first event that could not be read. */
  readonly malformed?: string;
  /** `[DONE]` came, which by itself proves nothing. */
  readonly isDone: boolean;
  /** An event came after `[DONE]`; it was not looked at. */
  readonly dataAfterDone: boolean;
  /** The first ids that came, in decimal digits. */
  readonly prefillWorkerId?: string;
  readonly decodeWorkerId?: string;
  /** `nvext.timing` as sent. */
  readonly serverTiming?: Readonly<Record<string, number>>;
}

export interface AnswerOptions {
  /** Most bytes of one event; a larger one makes the answer malformed. */
  readonly maxEventBytes?: number;
  /** False sends every event through the full parser: for the proof that the paths agree. */
  readonly useFastPath?: boolean;
}

/** Kept of what comes outside events: an error in it is read as a whole. */
const MOST_OUTSIDE_CHARACTERS = 16 * 1024;
/** Names of the fields of an event, and what begins a comment. */
const FIELD = /^(?:(?:data|event|id|retry)(?::|$)|:)/;
const FIELD_NAMES = ['data', 'event', 'id', 'retry', 'error'];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads one response body, as it comes, into an `Answer`. A server's fault is a field of it;
 * nothing throws. The stamp of an event is that of the read which brought the end of its blank
 * line.
 *
 * The measured hot path: see `TokenChunk` for what keeps it short.
 */
export class AnswerParser {
  // Hot fields come first, apart from the facts, whose form differs from stream to stream.
  readonly #arrivals = new Arrivals();
  readonly #tokenChunk = new TokenChunk();
  readonly #fastBytes: number;
  #isDone = false;
  /** A finish reason came: from here on content has a consequence that the fast path has not. */
  #hasReason = false;
  /** The parser holds nothing that belongs to the next event. */
  #isAtEvent = true;
  #firstAnswer: number | undefined;
  readonly #parser: SseParser;
  readonly #facts: Partial<Mutable<Answer>> = {};
  #dataAfterDone = false;
  /** When the read came that the parser is given. */
  #atNs = 0;
  /** Tokens counted up to the last event with content. */
  #countedTokens = 0;
  /** Payload of the last comment in the block under way. */
  #comment = '';
  /** What came outside all events, line by line. */
  #outside = '';
  /** Index of the choice whose finish reason is known. */
  #finishedChoice = 0;
  /** What the event just read was, when it was a delta. */
  #delta: Delta | undefined;

  constructor({ maxEventBytes = MAX_EVENT_BYTES, useFastPath = true }: AnswerOptions = {}) {
    // A read that may hold an event above the cap goes to the parser, which counts.
    this.#fastBytes = useFastPath ? maxEventBytes : 0;
    this.#parser = new SseParser(
      {
        onEvent: (type, data) => this.#readEvent(type, data),
        onEmptyEvent: (type) => this.#readEmptyEvent(type),
        onComment: (text) => {
          this.#comment = text;
        },
        onErrorField: (text) => {
          if (this.#isDone) this.#dataAfterDone = true;
          else this.#facts.error ??= readErrorText(text);
        },
        onOtherLine: (line) => {
          if (this.#isDone) this.#dataAfterDone = true;
          else if (this.#outside.length < MOST_OUTSIDE_CHARACTERS) this.#outside += `${line}\n`;
        },
        onTooLarge: (mostBytes) => {
          this.#facts.malformed ??=
            `Cannot read event: it is longer than ${mostBytes} bytes, ` +
            'expected at most so many';
        },
      },
      maxEventBytes,
    );
  }

  /** Events with content so far. */
  get contentCount(): number {
    return this.#arrivals.count;
  }

  /** When the last of them came, in nanoseconds since the run's zero; absent without one. */
  get lastContentNs(): number | undefined {
    return this.#arrivals.lastNs;
  }

  /** A finish reason or an error came: what remains to come changes no latency. */
  get isFinished(): boolean {
    return this.#facts.finishReason !== undefined || this.#facts.error !== undefined;
  }

  /** `[DONE]` came. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * @param bytes with one read of the body, from `start` to `end`;
   *   they may be overwritten afterwards
   * @param atNs when it was read, in nanoseconds since the run's zero
   */
  push(bytes: Uint8Array, atNs: number, start = 0, end = bytes.length): void {
    const buffer = asBuffer(bytes);
    const isFast = end - start <= this.#fastBytes;
    let at = start;
    while (at < end) {
      const isAtEvent = isFast && !this.#isDone && !this.#hasReason && this.#isAtEvent;
      const eventEnd = isAtEvent ? this.#tokenChunk.match(buffer, at, end) : -1;
      if (eventEnd !== -1) {
        this.#addContent(this.#tokenChunk.content, undefined, atNs);
        at = eventEnd;
      } else {
        this.#atNs = atNs;
        at = this.#readFull(
          end === buffer.length ? buffer : buffer.subarray(0, end),
          at,
          isAtEvent,
        );
      }
    }
  }

  /** The answer as far as it came; an event under way is not part of it. */
  end(): Answer {
    const { tokens, stampsNs } = this.#arrivals;
    return {
      ...this.#facts,
      ...this.#readOutside(),
      firstAnswer: this.#firstAnswer,
      contentNs: stampsNs,
      contentTokens: tokens,
      isDone: this.#isDone,
      dataAfterDone: this.#dataAfterDone,
    };
  }

  /** What came outside all events, the unfinished last line included; an error in it is one. */
  #readOutside(): Pick<Answer, 'error' | 'textOutside'> {
    const line = this.#isDone ? '' : this.#parser.lineUnderWay;
    const { error } = this.#facts;
    if (line.startsWith('error:')) return { error: error ?? readErrorText(line.slice(6)) };
    const isField = FIELD.test(line) || FIELD_NAMES.some((name) => name.startsWith(line));
    const text = (this.#outside + (isField ? '' : line)).trim();
    if (text === '') return {};
    const bareError = error ?? readBareError(text);
    return { ...(bareError && { error: bareError }), textOutside: text };
  }

  #readFull(bytes: Buffer, start: number, isAtEvent: boolean): number {
    this.#delta = undefined;
    const end = this.#parser.read(bytes, start);
    this.#isAtEvent = this.#parser.isBetweenEvents;
    if (isAtEvent && this.#delta) this.#tokenChunk.learn(bytes, start, end, this.#delta);
    return end;
  }

  #readEvent(type: string, data: string): void {
    const comment = this.#takeComment();
    if (this.#isDone) {
      this.#dataAfterDone = true;
      return;
    }
    const chunk = interpretChunk(type, type === 'error' && data === '' ? comment : data);
    switch (chunk.kind) {
      case 'delta':
        this.#delta = chunk;
        this.#readDelta(chunk);
        break;
      case 'done':
        this.#isDone = true;
        break;
      case 'error':
        this.#facts.error ??= chunk.error;
        break;
      case 'malformed':
        this.#facts.malformed ??= chunk.detail;
    }
  }

  #readEmptyEvent(type: string): void {
    const comment = this.#takeComment();
    if (type !== 'error') return;
    if (this.#isDone) this.#dataAfterDone = true;
    else this.#facts.error ??= readErrorText(comment);
  }

  #readDelta(delta: Delta): void {
    const facts = this.#facts;
    if (delta.usage) this.#readUsage(delta.usage);
    if (delta.remark !== undefined) facts.remark ??= delta.remark;
    // The first ones: the fast path does not look at those of later events.
    if (delta.prefillWorkerId !== undefined) facts.prefillWorkerId ??= delta.prefillWorkerId;
    if (delta.decodeWorkerId !== undefined) facts.decodeWorkerId ??= delta.decodeWorkerId;
    if (delta.timing) facts.serverTiming = delta.timing;
    if (delta.content) {
      if (delta.content === 'unknown') facts.hasUnknownContent = true;
      this.#withdrawReason(delta);
      this.#addContent(delta.content, delta.usage?.completionTokens, this.#atNs);
    }
    if (delta.finishReason !== undefined) this.#readReason(delta.finishReason, delta.choice);
  }

  #readReason(reason: string, choice = 0): void {
    const { finishReason } = this.#facts;
    if (finishReason !== undefined && meaningOf(reason) !== 'failure') return;
    this.#facts.finishReason = reason;
    this.#finishedChoice = choice;
    this.#hasReason = true;
  }

  /** Whoever goes on had not finished; but another choice may. */
  #withdrawReason({ choice = 0 }: Delta): void {
    const { finishReason } = this.#facts;
    if (finishReason === undefined || choice !== this.#finishedChoice) return;
    if (meaningOf(finishReason) === 'failure') return;
    delete this.#facts.finishReason;
    this.#facts.withdrawnReason = finishReason;
    this.#hasReason = false;
  }

  /** The last count of each kind; a sum of earlier counts is no sum of later ones. */
  #readUsage(usage: Usage): void {
    const { totalTokens, ...before } = this.#facts.usage ?? {};
    const isSame = usage.completionTokens === undefined && usage.promptTokens === undefined;
    this.#facts.usage = {
      ...before,
      ...(isSame && totalTokens !== undefined && { totalTokens }),
      ...usage,
    };
  }

  /** @param counted tokens of the whole answer up to here, if the server counted on this event */
  #addContent(content: ContentKind | undefined, counted: number | undefined, atNs: number): void {
    if (content === 'answer') this.#firstAnswer ??= this.#arrivals.count;
    // A count that went back is no count.
    const isCounted = counted !== undefined && counted >= this.#countedTokens;
    this.#arrivals.add(atNs, isCounted ? counted - this.#countedTokens : undefined);
    if (isCounted) this.#countedTokens = counted;
  }

  #takeComment(): string {
    const comment = this.#comment;
    this.#comment = '';
    return comment;
  }
}
