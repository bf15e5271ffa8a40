import type { RequestLog } from '../journal/request-log.ts';
import type { Point, Script, Stream } from './script.ts';
import type { Sending } from './sending.ts';
import type { Service } from '../serving/model.ts';
import type { Cancel, Timeline } from '../time/timeline.ts';
import type { Cut, Wire } from './wire.ts';
import type { Answer, Timing, Wording } from './wording.ts';

/** Everything one streamed answer is made of. */
export interface StreamParts {
  readonly answer: Answer;
  readonly wording: Wording;
  readonly script: Script;
  readonly service: Service;
  readonly wire: Wire;
  readonly timeline: Timeline;
  readonly log: RequestLog;
  /** Tokens the model will make. */
  readonly outputTokens: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Turns a timeline instant into milliseconds since 1970. */
  readonly toUnixMs: (ns: number) => number;
}

/**
 * One answer as a stream: head, tokens as the model makes them, finish, usage, `[DONE]`. At each
 * point of it the script may interrupt. A held stream keeps its steps and does them later.
 */
export class StreamedAnswer implements Stream, Sending {
  readonly #parts: StreamParts;
  readonly wording: Wording;
  #held: (() => void)[] | undefined;
  #isOver = false;
  #hasActed = false;
  /** Tokens that were held back are due from here on, not when the model made them. */
  #heldUntilNs = 0;
  #stopKeepAlive: Cancel = () => undefined;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.wording = parts.wording;
  }

  start(): void {
    this.#pass('before-headers');
    this.#step(() => this.#head());
    this.#step(() => this.#pass('after-headers'));
    this.#step(() => this.#preamble());
  }

  tokens(count: number, dueNs: number): void {
    this.#step(() => this.#tokens(count, dueNs));
  }

  send(event: string): void {
    if (event === '' || this.#isOver) return;
    const { wire, answer } = this.#parts;
    const bytes = Buffer.from(event);
    const { splitBytes } = answer.dialect;
    if (splitBytes === 0) return wire.body(bytes);
    for (let at = 0; at < bytes.length; at += splitBytes) {
      wire.body(bytes.subarray(at, at + splitBytes));
    }
  }

  sendRaw(bytes: string): void {
    this.#parts.wire.raw(Buffer.from(bytes));
  }

  hold(forMs: number | undefined): void {
    this.#held = [];
    if (forMs === undefined) return;
    const { timeline } = this.#parts;
    timeline.at(timeline.nowNs() + forMs * 1e6, () => this.#resume());
  }

  endEarly(): void {
    this.#end('faulted');
  }

  cut(how: Cut): void {
    this.#close('faulted');
    this.#parts.wire.cut(how);
  }

  abandon(): void {
    this.#close('client_gone');
  }

  #end(outcome: 'completed' | 'faulted'): void {
    if (this.#isOver) return;
    this.#close(outcome);
    this.#parts.wire.end();
  }

  #close(outcome: 'completed' | 'faulted' | 'client_gone'): void {
    const { service, log, timeline } = this.#parts;
    this.#isOver = true;
    this.#stopKeepAlive();
    service.cancel();
    log.end(outcome, timeline.nowNs());
  }

  /** Does a step now, or when the stream is no longer held, or never when it is over. */
  #step(run: () => void): void {
    if (this.#isOver) return;
    if (this.#held === undefined) run();
    else this.#held.push(run);
  }

  #resume(): void {
    const steps = this.#held ?? [];
    this.#held = undefined;
    this.#heldUntilNs = this.#parts.timeline.nowNs();
    for (const step of steps) this.#step(step);
  }

  #isDue(point: Point): boolean {
    const { script, log } = this.#parts;
    const interruption = script.interruption;
    if (this.#hasActed || interruption?.at !== point) return false;
    const counts = point === 'after-tokens' || point === 'mid-event';
    return !counts || log.tokensSent >= interruption.afterTokens;
  }

  #pass(point: Point): void {
    if (!this.#isDue(point)) return;
    this.#hasActed = true;
    this.#parts.script.interruption?.act(this);
  }

  #head(): void {
    const { wire, script, log, headers } = this.#parts;
    if (script.preface !== '') this.sendRaw(script.preface);
    log.status = 200;
    wire.head(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      ...headers,
      ...script.headers,
    });
  }

  #preamble(): void {
    const { answer } = this.#parts;
    for (const name of answer.request.annotations) {
      this.send(this.wording.commentedEvent(name, JSON.stringify(`[${answer.promptTokens}]`)));
    }
    this.send(this.wording.opening() ?? '');
    this.#pass('after-tokens');
    this.#keepAlive();
  }

  #keepAlive(): void {
    const { answer, timeline, log } = this.#parts;
    const everyNs = answer.dialect.keepAliveMs * 1e6;
    if (everyNs === 0 || this.#isOver || log.firstTokenNs !== undefined) return;
    this.#stopKeepAlive = timeline.at(timeline.nowNs() + everyNs, () => {
      this.#step(() => this.send(this.wording.keepAlive()));
      this.#keepAlive();
    });
  }

  #tokens(count: number, dueNs: number): void {
    const { script, log, timeline, outputTokens, answer } = this.#parts;
    this.#stopKeepAlive();
    const from = log.tokensSent;
    const isLast = from + count >= outputTokens;
    const bringsFinish = isLast && answer.dialect.finish === 'last-token';
    const reason = bringsFinish ? script.finishReason : null;
    const finish = reason === null ? undefined : { reason, timing: this.#timing() };
    const isSilent = !script.hasContent;
    const event = this.wording.tokens({ from, count, isSilent, finish }) ?? '';
    if (this.#cutsEvent(event)) return;
    log.chunk(count, Math.max(dueNs, this.#heldUntilNs), timeline.nowNs());
    this.send(event);
    this.#pass('after-tokens');
    if (isLast) this.#step(() => this.#finish());
  }

  #finish(): void {
    const { script, answer, log } = this.#parts;
    const { finishReason: reason } = script;
    if (reason !== null && answer.dialect.finish === 'own-chunk') {
      const event = this.wording.finish(reason, this.#timing(), log.tokensSent);
      if (this.#cutsEvent(event)) return;
      this.send(event);
    }
    this.#pass('after-finish');
    this.#step(() => this.#ending());
  }

  #ending(): void {
    const { script, answer, log } = this.#parts;
    const { includeUsage } = answer.request;
    if (includeUsage && script.hasUsage) this.send(this.wording.usage(log.tokensSent));
    this.#pass('before-done');
    this.#step(() => {
      if (script.hasDone) this.send(this.wording.done());
      this.#pass('after-done');
      this.#step(() => this.#end('completed'));
    });
  }

  /** Where the script cuts inside an event: sends the first half of it and interrupts. */
  #cutsEvent(event: string): boolean {
    if (!this.#isDue('mid-event')) return false;
    this.send(event.slice(0, event.length >> 1));
    this.#pass('mid-event');
    return true;
  }

  #timing(): Timing {
    const { log, service, timeline, toUnixMs } = this.#parts;
    const { prefillWaitNs = 0, prefillNs = 0, transferNs, kvHitRate } = service.facts;
    const nowNs = timeline.nowNs();
    const bodyNs = log.bodyNs ?? log.headersNs;
    // Where another worker decodes, Dynamo's frontend calls the end of prefill the first token.
    const ttftNs =
      transferNs === undefined ? (log.firstTokenNs ?? nowNs) - bodyNs : prefillWaitNs + prefillNs;
    return {
      requestReceivedUnixMs: Math.floor(toUnixMs(log.headersNs)),
      prefillWaitMs: prefillWaitNs / 1e6,
      prefillMs: prefillNs / 1e6,
      ttftMs: ttftNs / 1e6,
      totalMs: (nowNs - log.headersNs) / 1e6,
      kvHitRate,
      transferMs: transferNs === undefined ? undefined : transferNs / 1e6,
    };
  }
}
