import type { Dispatcher } from 'undici';

import type { Clock, Timers } from '../time/clock.ts';
import { AnswerBody, type AnswerObserver, type AnswerReader } from './answer-body.ts';
import type { Connection, SocketObserver } from './connection.ts';
import type { Connections } from './connections.ts';
import { createDeadlineTimer, type Deadlines, type DeadlineTimer } from './deadlines.ts';
import type { Ending, ExchangeFacts } from './exchange-facts.ts';
import { HeldBody } from './held-body.ts';
import { readUnderWay } from './reads.ts';
import { releaseMemory } from '../threads/release-memory.ts';
import { header, isChunked, isEventStream, isIdentity } from './response-head.ts';

export interface OutgoingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlines: Deadlines;
}

/** After `[DONE]` the body ought to end; a server that leaves it open is not waited for. */
const DONE_GRACE_MS = 500;
/** Kept of an answer that is no event stream. */
const MOST_OTHER_BYTES = 64 * 1024;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One request and the reading of its answer. All that sending needs is made by the constructor, so
 * that nothing of it is left to the due time. `onEnd` is called exactly once after the start,
 * whatever the server does. Nothing is thrown, retried or redirected.
 *
 * It is undici's handler in its older form: only that one says when the body was handed over.
 */
export class Exchange implements Dispatcher.DispatchHandler, SocketObserver, AnswerObserver {
  readonly #connections: Connections;
  readonly #request: OutgoingRequest;
  readonly #answer: AnswerReader;
  readonly #onEnd: (facts: ExchangeFacts) => void;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #facts: Partial<Mutable<ExchangeFacts>> & { dispatchedNs: number } = { dispatchedNs: 0 };
  readonly #deadline: DeadlineTimer;
  #body: HeldBody;
  #isStarted = false;
  #stopWaiting: (() => void) | undefined;
  #connection: Connection | undefined;
  #peerClosed: string | undefined;
  /** The answer's body, if it is an event stream. */
  #answerBody: AnswerBody | undefined;
  /** The beginning of an answer that is no event stream: an error's text, mostly. */
  readonly #otherPieces: Buffer[] = [];
  #otherBytes = 0;
  #ended = false;
  #cancelGrace: (() => void) | undefined;

  constructor(
    connections: Connections,
    request: OutgoingRequest,
    answer: AnswerReader,
    onEnd: (facts: ExchangeFacts) => void,
    { clock, timers, deadlines }: ExchangeOptions,
  ) {
    this.#connections = connections;
    this.#request = request;
    this.#answer = answer;
    this.#onEnd = onEnd;
    this.#clock = clock;
    this.#timers = timers;
    this.#body = this.#holdBody();
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
    this.#body.release();
    if (this.#connection === undefined) this.#findConnection(dispatchedNs);
    if (!this.#ended) this.#deadline.begin(dispatchedNs);
  }

  abort(): void {
    this.#end({ kind: 'aborted' });
  }

  #findConnection(dispatchedNs: number): void {
    let waited = false;
    this.#stopWaiting = this.#connections.acquire((connection) => {
      if (waited) this.#facts.socketWaitNs = this.#clock.nowNs() - dispatchedNs;
      this.#use(connection);
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
    if (this.#otherBytes > 0) facts.otherBody = Buffer.concat(this.#otherPieces);
    const lastReadNs = this.#answerBody?.lastReadNs;
    const endNs = ending.kind === 'ended_by_us' ? lastReadNs : undefined;
    this.#onEnd({ ...facts, endNs: endNs ?? this.#clock.nowNs(), ending });
  }

  onConnectStarted(atNs: number): void {
    this.#facts.connectStartedNs = atNs;
    this.#facts.socketNew = true;
    this.#deadline.enter('connect', atNs);
  }

  onConnected(atNs: number): void {
    this.#facts.connectedNs = atNs;
    this.#deadline.leave();
  }

  onPeerClosed(code: string): void {
    this.#peerClosed = code;
  }

  /** undici keeps bytes of headers and of what follows the body, and we those of other answers. */
  get isDoneWithReads(): boolean {
    return this.#answerBody !== undefined && !this.#answer.isDone;
  }

  /** undici calls this when it has a socket, and writes when it has the body. */
  onConnect(abort: (error?: Error) => void): void {
    if (this.#ended) abort();
    else if (this.#connection) this.#connection.hasServed = true;
  }

  #onWrite(): void {
    const sentNs = this.#clock.nowNs();
    this.#facts.sentNs = sentNs;
    this.#deadline.enter('first_token', sentNs);
  }

  /** The body is with the socket; the kernel may not have all of it yet. */
  onRequestSent(): void {
    const socket = this.#connection?.socket;
    if (!socket) return;
    const flushed = () => {
      this.#facts.flushedNs = this.#clock.nowNs();
      releaseMemory(this.#request.body);
    };
    if (socket.writableLength === 0) flushed();
    // An empty write is called back when all that was written before it has gone.
    else socket.write('', (error) => error ?? flushed());
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    const connection = this.#connection;
    // 103 and the like announce the answer; they are not it.
    if (this.#ended || status < 200 || !connection) return true;
    const facts = this.#facts;
    // What came before the request counts from it.
    readUnderWay.atNs = Math.max(readUnderWay.atNs, facts.sentNs ?? 0);
    facts.headersNs = readUnderWay.atNs;
    facts.httpStatus = status;
    const contentType = header(rawHeaders, 'content-type');
    const contentEncoding = header(rawHeaders, 'content-encoding');
    if (contentType !== undefined) facts.contentType = contentType;
    if (contentEncoding !== undefined) facts.contentEncoding = contentEncoding;
    if (status === 200 && isEventStream(contentType) && isIdentity(contentEncoding)) {
      this.#answerBody = new AnswerBody(this.#answer, this, {
        headersNs: facts.headersNs,
        isChunked: connection.isHeadPlain && isChunked(rawHeaders),
      });
      connection.answerBody = this.#answerBody;
    }
    return true;
  }

  onData(bytes: Buffer): boolean {
    if (this.#ended) return true;
    if (this.#answerBody) this.#answerBody.push(bytes, readUnderWay.atNs);
    else this.#keepOther(bytes);
    return true;
  }

  #keepOther(bytes: Buffer): void {
    if (this.#otherBytes === MOST_OTHER_BYTES) return;
    // undici's slice lies in a buffer that the next read may fill again.
    const kept = Buffer.from(bytes.subarray(0, MOST_OTHER_BYTES - this.#otherBytes));
    this.#otherPieces.push(kept);
    this.#otherBytes += kept.length;
  }

  onFirstContent(atNs: number): void {
    this.#deadline.enter('between_tokens', atNs);
  }

  onDone(): void {
    this.#cancelGrace = this.#timers.after(DONE_GRACE_MS, () => this.#end({ kind: 'ended_by_us' }));
  }

  onComplete(): void {
    this.#end({ kind: 'complete' });
  }

  onError(error: Error): void {
    if (!this.#isStarted) {
      this.#disarm();
      return;
    }
    this.#end({ kind: 'error', error, peerClosed: this.#peerClosed });
  }

  #use(connection: Connection): void {
    this.#connection = connection;
    connection.begin(this);
    const { connectStartedNs, connectedNs, hasServed } = connection;
    // A socket opened ahead of this request is a new one, opened for it.
    if (!hasServed && connectStartedNs !== undefined) {
      this.onConnectStarted(connectStartedNs);
      if (connectedNs !== undefined) this.onConnected(connectedNs);
    }
    const { path, headers } = this.#request;
    // The declared type leaves out the iterables, which undici's documentation names.
    const body = this.#body as unknown as Buffer;
    connection.client.dispatch({ method: 'POST', path, headers, body }, this);
  }

  /** The socket is gone, and nothing was written to it: the start looks for another. */
  #disarm(): void {
    if (this.#ended || !this.#connection) return;
    this.#connections.release(this.#connection, false);
    this.#connections.expect();
    this.#connection = undefined;
    this.#peerClosed = undefined;
    this.#facts = { dispatchedNs: 0 };
    this.#body = this.#holdBody();
  }

  #holdBody(): HeldBody {
    return new HeldBody(this.#request.body, () => this.#onWrite());
  }
}
