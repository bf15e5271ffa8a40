import type { Clock, Timers } from '../time/clock.ts';
import { countWaits, type StampWaits } from '../time/stamp-waits.ts';
import { releaseMemory } from '../threads/release-memory.ts';
import type { Connection, ConnectObserver } from './connection.ts';
import type { Connections } from './connections.ts';
import { createDeadlineTimer, type Deadlines, type DeadlineTimer } from './deadlines.ts';
import type { Ending, ExchangeFacts } from './exchange-facts.ts';
import { isEventStream, isIdentity } from './response-head.ts';
import type { AnswerHead, ExchangeListener, PreparedWrite, TransportFailure } from './transport.ts';

export interface OutgoingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlines: Deadlines;
  /** Counts how long stamps waited for other work; absent if nobody asks. */
  readonly waits?: StampWaits | undefined;
}

/** What an answer's body is fed to. Its counts tell the exchange how far the stream is. */
export interface AnswerReader {
  /** @param bytes of which those from `start` to `end` are the body's */
  push(bytes: Uint8Array, atNs: number, start: number, end: number): void;
  /** Events with content so far. */
  readonly contentCount: number;
  /** When the last of them came; absent without one. */
  readonly lastContentNs: number | undefined;
  /** A finish reason or an error came: what remains to come changes no latency. */
  readonly isFinished: boolean;
  /** `[DONE]` came. */
  readonly isDone: boolean;
}

/** After `[DONE]` the body ought to end; a server that leaves it open is not waited for. */
const DONE_GRACE_MS = 500;
/** A server that answers before it is asked on every socket is not asked for ever. */
const MOST_LOSSES = 3;
/** Kept of an answer that is no event stream. */
const MOST_OTHER_BYTES = 64 * 1024;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One request and the reading of its answer. All that sending needs is made by the constructor, so
 * that nothing of it is left to the due time. `onEnd` is called exactly once after the start,
 * whatever the server does. Nothing is thrown, retried or redirected.
 */
export class Exchange implements ExchangeListener, ConnectObserver {
  // Hot fields come first: with hundreds of streams the object is cold when its next token comes.
  readonly #answer: AnswerReader;
  /** The answer is an event stream. */
  #isStream = false;
  /** When the last read without content came. */
  #lastOtherNs: number | undefined;
  #ended = false;
  readonly #waits: StampWaits | undefined;
  /** How long the first and the latest event with content waited for the loop, ns. */
  #firstWaitNs = 0;
  #lastWaitNs = 0;
  readonly #connections: Connections;
  readonly #request: OutgoingRequest;
  readonly #onEnd: (facts: ExchangeFacts) => void;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #facts: Partial<Mutable<ExchangeFacts>> & { dispatchedNs: number } = { dispatchedNs: 0 };
  readonly #deadline: DeadlineTimer;
  #isStarted = false;
  #stopWaiting: (() => void) | undefined;
  #connection: Connection | undefined;
  #prepared: PreparedWrite | undefined;
  /** The beginning of an answer that is no event stream: an error's text, mostly. */
  readonly #otherPieces: Buffer[] = [];
  #otherBytes = 0;
  #cancelGrace: (() => void) | undefined;
  /** Sockets lost to answers that nobody had asked for. */
  #losses = 0;

  constructor(
    connections: Connections,
    request: OutgoingRequest,
    answer: AnswerReader,
    onEnd: (facts: ExchangeFacts) => void,
    { clock, timers, deadlines, waits }: ExchangeOptions,
  ) {
    this.#connections = connections;
    this.#request = request;
    this.#answer = answer;
    this.#onEnd = onEnd;
    this.#clock = clock;
    this.#timers = timers;
    this.#waits = waits;
    this.#deadline = createDeadlineTimer(
      deadlines,
      (phase) => {
        // A finished answer whose end does not come is not late: its tokens are all there.
        this.#end(this.#answer.isFinished ? { kind: 'ended_by_us' } : { kind: 'timed_out', phase });
      },
      { clock, timers, lastContentNs: () => this.#answer.lastContentNs },
    );
  }

  /**
   * Takes a socket, if one is free, and does everything but the write: shortly before the start,
   * since nobody else can have that socket. Nothing is sent.
   */
  arm(): void {
    const connection = this.#connections.acquireReady();
    if (connection) this.#use(connection);
  }

  /** Gives back the socket: there will be no start, and `onEnd` is not called. */
  cancel(): void {
    this.#ended = true;
    if (this.#connection) this.#connections.release(this.#connection, false);
  }

  /** Sends the request, at once if there is a socket. To be called once. */
  start(): void {
    const dispatchedNs = this.#clock.nowNs();
    this.#facts.dispatchedNs = dispatchedNs;
    this.#isStarted = true;
    if (this.#prepared) this.#prepared.write();
    else this.#findConnection(dispatchedNs);
    if (!this.#ended) this.#deadline.begin(dispatchedNs);
  }

  abort(): void {
    this.#end({ kind: 'aborted' });
  }

  #findConnection(dispatchedNs: number): void {
    let waited = false;
    this.#stopWaiting = this.#connections.acquire((connection) => {
      if (waited) this.#facts.socketWaitNs = this.#clock.nowNs() - dispatchedNs;
      this.#use(connection).write();
    });
    waited = this.#connection === undefined;
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopWaiting?.();
    this.#deadline.stop();
    this.#cancelGrace?.();
    const connection = this.#connection;
    const facts = this.#facts;
    if (connection) {
      if (facts.sentNs !== undefined) facts.socketNew ??= false;
      this.#connections.release(connection, ending.kind === 'complete');
    }
    const isWhole = ending.kind === 'complete' && this.#answer.contentCount > 0;
    if (this.#waits && isWhole) countWaits(this.#waits, this.#firstWaitNs, this.#lastWaitNs);
    if (this.#otherBytes > 0) facts.otherBody = Buffer.concat(this.#otherPieces);
    const endNs = ending.kind === 'ended_by_us' ? this.#lastReadNs : undefined;
    this.#onEnd({ ...facts, endNs: endNs ?? this.#clock.nowNs(), ending });
  }

  get #lastReadNs(): number | undefined {
    if (this.#lastOtherNs === undefined) return undefined;
    return Math.max(this.#lastOtherNs, this.#answer.lastContentNs ?? 0);
  }

  onConnecting(atNs: number): void {
    this.#facts.connectStartedNs = atNs;
    this.#facts.socketNew = true;
    this.#deadline.enter('connect', atNs);
  }

  onConnected(atNs: number): void {
    this.#facts.connectedNs = atNs;
    this.#deadline.leave();
  }

  onWrite(atNs: number): void {
    if (this.#connection) this.#connection.hasServed = true;
    this.#facts.sentNs = atNs;
    this.#deadline.enter('first_token', atNs);
  }

  onFlushed(atNs: number): void {
    this.#facts.flushedNs = atNs;
    releaseMemory(this.#request.body);
  }

  onHead({ status, contentType, contentEncoding }: AnswerHead, atNs: number): void {
    if (this.#ended) return;
    if (!this.#isStarted) {
      // An answer to nothing, such as 408 on a socket that lay idle.
      this.#disarm();
      return;
    }
    const facts = this.#facts;
    facts.headersNs = atNs;
    facts.httpStatus = status;
    if (contentType !== undefined) facts.contentType = contentType;
    if (contentEncoding !== undefined) facts.contentEncoding = contentEncoding;
    this.#isStream = status === 200 && isEventStream(contentType) && isIdentity(contentEncoding);
    if (this.#isStream) this.#lastOtherNs = atNs;
  }

  onBody(bytes: Buffer, atNs: number, start: number, end: number): void {
    if (this.#ended) return;
    if (!this.#isStream) {
      this.#keepOther(bytes.subarray(start, end));
      return;
    }
    const answer = this.#answer;
    const { contentCount, isDone } = answer;
    answer.push(bytes, atNs, start, end);
    if (answer.contentCount === contentCount) this.#lastOtherNs = atNs;
    else {
      if (this.#waits) this.#lastWaitNs = this.#waits.busyNs(atNs);
      if (contentCount === 0) {
        this.#firstWaitNs = this.#lastWaitNs;
        this.#deadline.enter('between_tokens', atNs);
      }
    }
    if (answer.isDone && !isDone) this.#waitForEnd();
  }

  #keepOther(bytes: Buffer): void {
    if (this.#otherBytes === MOST_OTHER_BYTES) return;
    const kept = Buffer.from(bytes.subarray(0, MOST_OTHER_BYTES - this.#otherBytes));
    this.#otherPieces.push(kept);
    this.#otherBytes += kept.length;
  }

  #waitForEnd(): void {
    this.#cancelGrace = this.#timers.after(DONE_GRACE_MS, () => this.#end({ kind: 'ended_by_us' }));
  }

  onEnd(): void {
    this.#end({ kind: 'complete' });
  }

  onFailed(failure: TransportFailure): void {
    if (!this.#isStarted) this.#disarm();
    else if (failure.isUnsent === true && this.#losses < MOST_LOSSES) this.#findAnother();
    else this.#end({ kind: 'error', ...failure });
  }

  /** The socket was lost to an answer that nobody had asked for, before the request was written. */
  #findAnother(): void {
    if (this.#ended || !this.#connection) return;
    this.#losses += 1;
    const { dispatchedNs } = this.#facts;
    this.#connections.release(this.#connection, false);
    this.#connection = undefined;
    this.#facts = { dispatchedNs };
    this.#deadline.leave();
    this.#findConnection(dispatchedNs);
  }

  #use(connection: Connection): PreparedWrite {
    this.#connection = connection;
    connection.observer = this;
    const { connectStartedNs, connectedNs, hasServed } = connection;
    // A socket opened ahead of this request is a new one, opened for it.
    if (!hasServed && connectStartedNs !== undefined) {
      this.onConnecting(connectStartedNs);
      if (connectedNs !== undefined) this.onConnected(connectedNs);
    }
    const prepared = connection.wire.prepare({ method: 'POST', ...this.#request }, this);
    // Unless the socket was lost at once.
    if (this.#connection === connection) this.#prepared = prepared;
    return prepared;
  }

  /** The socket is of no use, and nothing was written to it: the start looks for another. */
  #disarm(): void {
    if (this.#ended || !this.#connection) return;
    this.#connections.release(this.#connection, false);
    this.#connections.expect();
    this.#connection = undefined;
    this.#prepared = undefined;
    this.#facts = { dispatchedNs: 0 };
  }
}
