import { requestIdHeader } from '../dialect/refusal.ts';
import type { Service } from '../serving/model.ts';
import type { Exchange } from './frontend.ts';
import type { PlannedOutput } from './plan-output.ts';
import type { Point, Script, Stream } from './script.ts';
import { createDribblingWire, createHttpWire, type Cut, type Wire } from './wire.ts';
import { Wording, type AnswerContext, type Finish } from './wording.ts';

/**
 * One answer as a stream: head, tokens as the model makes them, finish, usage, `[DONE]`. At each
 * point of it the script may interrupt. A held stream keeps its steps and does them later.
 */
export class StreamedAnswer implements Stream {
  readonly wording: Wording;
  readonly #exchange: Exchange;
  readonly #context: AnswerContext;
  readonly #script: Script;
  readonly #service: Service;
  readonly #wire: Wire;
  /** Tokens after which the answer finishes. */
  readonly #outputTokens: number;
  #held: (() => void)[] | undefined;
  #isOver = false;
  #hasActed = false;
  /** Tokens that were held back are due from here on, not when the model made them. */
  #heldUntilNs = 0;

  constructor(
    exchange: Exchange,
    context: AnswerContext,
    { script, outputTokens }: PlannedOutput,
    service: Service,
  ) {
    this.wording = new Wording(context);
    this.#exchange = exchange;
    this.#context = context;
    this.#script = script;
    this.#service = service;
    this.#wire = createWire(exchange, script);
    this.#outputTokens = script.dragMs === undefined ? outputTokens : Infinity;
    exchange.response.on('close', () => this.#close('client_gone'));
  }

  /** Sends everything that comes before the first token. */
  start(): void {
    this.#pass('before-headers');
    this.#step(() => this.#head());
    this.#step(() => this.#pass('after-headers'));
    this.#step(() => this.#preamble());
  }

  /** Takes tokens that were due at `dueNs`; the last of them ends the answer. */
  tokens(count: number, dueNs: number): void {
    this.#step(() => this.#tokens(count, dueNs));
  }

  send(event: string): void {
    if (event !== '' && !this.#isOver) this.#wire.body(Buffer.from(event));
  }

  sendRaw(bytes: string): void {
    this.#wire.raw(Buffer.from(bytes));
  }

  hold(forMs: number | undefined): void {
    this.#held = [];
    if (forMs === undefined) return;
    const { timeline } = this.#exchange.frontend;
    timeline.at(timeline.nowNs() + forMs * 1e6, () => this.#resume());
  }

  endEarly(): void {
    this.#end('faulted');
  }

  cut(how: Cut): void {
    this.#close('faulted');
    this.#wire.cut(how);
  }

  #end(result: 'completed' | 'faulted'): void {
    if (this.#isOver) return;
    this.#close(result);
    this.#wire.end();
  }

  #close(result: 'completed' | 'faulted' | 'client_gone'): void {
    const { frontend, log } = this.#exchange;
    this.#isOver = true;
    this.#service.cancel();
    log.end(result, frontend.timeline.nowNs());
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
    this.#heldUntilNs = this.#exchange.frontend.timeline.nowNs();
    for (const step of steps) this.#step(step);
  }

  #isDue(point: Point): boolean {
    const { interruption } = this.#script;
    if (this.#hasActed || interruption?.at !== point) return false;
    const counts = point === 'after-tokens' || point === 'mid-event';
    return !counts || this.#exchange.log.tokensSent >= interruption.afterTokens;
  }

  #pass(point: Point): void {
    if (!this.#isDue(point)) return;
    this.#hasActed = true;
    this.#script.interruption?.act(this);
  }

  #head(): void {
    const { request, log } = this.#exchange;
    const { preface, headers } = this.#script;
    if (preface !== '') this.sendRaw(preface);
    log.status = 200;
    this.#wire.head(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      ...requestIdHeader(request),
      ...headers,
    });
  }

  #preamble(): void {
    const { annotations, promptTokens } = this.#context.request;
    for (const name of annotations) {
      this.send(this.wording.commentedEvent(name, JSON.stringify(`[${promptTokens}]`)));
    }
    this.send(this.wording.opening() ?? '');
    this.#pass('after-tokens');
  }

  #tokens(count: number, dueNs: number): void {
    const { frontend, log } = this.#exchange;
    const from = log.tokensSent;
    const isLast = from + count >= this.#outputTokens;
    const finish = isLast ? this.#finishAs('last-token') : undefined;
    const isSilent = !this.#script.hasContent;
    const event = this.wording.tokens({ from, count, isSilent, finish }) ?? '';
    if (this.#cutsEvent(event)) return;
    log.chunk(count, Math.max(dueNs, this.#heldUntilNs), frontend.timeline.nowNs());
    this.send(event);
    this.#pass('after-tokens');
    if (isLast) this.#step(() => this.#finish());
  }

  #finish(): void {
    const finish = this.#finishAs('own-chunk');
    if (finish !== undefined) {
      const from = this.#exchange.log.tokensSent;
      const event = this.wording.tokens({ from, count: 0, finish }) ?? '';
      if (this.#cutsEvent(event)) return;
      this.send(event);
    }
    this.#pass('after-finish');
    this.#step(() => this.#ending());
  }

  #ending(): void {
    const { log } = this.#exchange;
    if (this.#context.request.includeUsage) this.send(this.wording.usage(log.tokensSent));
    this.#pass('before-done');
    this.#step(() => {
      if (this.#script.hasDone) this.send(this.wording.done());
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

  /** The finish, if there is one and the dialect puts it there. */
  #finishAs(place: 'own-chunk' | 'last-token'): Finish | undefined {
    const { dialect, facts } = this.#context;
    const { finishReason: reason } = this.#script;
    if (reason === null || dialect.finish !== place) return undefined;
    const { frontend, log } = this.#exchange;
    const { prefillWaitNs = 0, prefillNs = 0, transferNs } = facts;
    const nowNs = frontend.timeline.nowNs();
    const { headersNs } = log.arrival;
    // Where another worker decodes, Dynamo's frontend calls the end of prefill the first token.
    const ttftNs =
      transferNs === undefined
        ? (log.firstTokenNs ?? nowNs) - log.startNs
        : prefillWaitNs + prefillNs;
    return {
      reason,
      receivedUnixMs: Math.floor(frontend.clock.zeroUnixMs + headersNs / 1e6),
      ttftMs: ttftNs / 1e6,
      totalMs: (nowNs - headersNs) / 1e6,
    };
  }
}

function createWire({ frontend, request, response }: Exchange, script: Script): Wire {
  const { dribbleMs, framing } = script;
  return dribbleMs === undefined
    ? createHttpWire(response, request.socket, framing)
    : createDribblingWire(request.socket, frontend.timeline, dribbleMs * 1e6);
}
