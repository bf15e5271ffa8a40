import type { Dialect, WordedError } from '../dialect/dialect.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import type { ServiceFacts } from '../serving/model.ts';

/** Everything that decides the words of one answer. */
export interface AnswerContext {
  readonly dialect: Dialect;
  readonly request: GenerationRequest;
  /** Number of the request, from 1; part of the answer's id. */
  readonly number: number;
  readonly createdUnixS: number;
  /** Filled in while tokens are made; read no sooner than the first chunk. */
  readonly facts: ServiceFacts;
}

/** Why an answer ended, and its times in milliseconds. */
export interface Finish {
  readonly reason: string;
  /** An instant, in milliseconds since 1970. */
  readonly receivedUnixMs: number;
  readonly ttftMs: number;
  readonly totalMs: number;
}

/** Tokens that one chunk holds. */
export interface TokenRun {
  /** How many tokens came before it. */
  readonly from: number;
  /** 0 for a chunk of the finish reason alone. */
  readonly count: number;
  /** Whether their text is left out. */
  readonly isSilent?: boolean | undefined;
  /** The finish, if it comes with these tokens. */
  readonly finish?: Finish | undefined;
}

const WORDS = [' one', ' two', ' three', ' four', ' five', ' six', ' "seven"', ' eight\n'];

/** Renders the events of one streamed answer as text. Nothing here knows about time or sockets. */
export class Wording {
  readonly #context: AnswerContext;
  readonly #isChat: boolean;
  readonly #start: string;
  readonly #end: string;
  #workerIds: string | undefined;
  #hasRole = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#isChat = context.request.endpoint === 'chat';
    this.#start = `{"id":"${answerId(context)}","choices":[`;
    this.#end = `],${envelope(context, 'chunk')}`;
  }

  /** One event with this data. */
  event(data: string): string {
    return `data: ${data}\n\n`;
  }

  done(): string {
    return this.event('[DONE]');
  }

  /** A named event whose payload is in a comment: annotations, and the errors of old frontends. */
  commentedEvent(name: string, payload: string): string {
    return `event: ${name}\n: ${payload}\n\n`;
  }

  error({ message, type, code }: WordedError): string {
    return this.event(JSON.stringify({ error: { message, type, code } }));
  }

  /** The chunk with the role alone, where the dialect has one. */
  opening(): string | undefined {
    if (!this.#isChat || this.#context.dialect.role !== 'alone') return undefined;
    this.#hasRole = true;
    return this.#chunk(chatChoice('"role":"assistant","content":""', 'null'), 0);
  }

  /** The chunk of these tokens. In chat, a silent run has none unless it brings role or finish. */
  tokens({ from, count, isSilent = false, finish }: TokenRun): string | undefined {
    const text = isSilent ? '' : outputText(from, from + count);
    const reason = JSON.stringify(finish?.reason ?? null);
    if (this.#isChat && text === '' && finish === undefined && this.#hasRole) return undefined;
    const choice = this.#isChat
      ? chatChoice(this.#delta(text), reason)
      : completionsChoice(text, reason);
    return this.#chunk(choice, from + count, finish);
  }

  /** The chunk without choices that carries the counts. */
  usage(outputTokens: number): string {
    const usage = usageJson(this.#context, outputTokens);
    return this.event(`${this.#start}${this.#end},"usage":${usage}}`);
  }

  #delta(text: string): string {
    const needsRole = this.#context.dialect.role === 'every-chunk' || !this.#hasRole;
    this.#hasRole = true;
    const content = text === '' ? [] : [`"content":${JSON.stringify(text)}`];
    return (needsRole ? [...content, '"role":"assistant"'] : content).join(',');
  }

  #chunk(choice: string, outputTokens: number, finish?: Finish): string {
    const { request, dialect } = this.#context;
    let usage = dialect.nullFields || !this.#isChat ? ',"usage":null' : '';
    if (request.continuousUsage) usage = `,"usage":${usageJson(this.#context, outputTokens)}`;
    this.#workerIds ??= workerIdsJson(this.#context);
    const timing = finish === undefined ? '' : timingJson(this.#context, finish);
    const extra = [this.#workerIds, timing].filter((part) => part !== '').join(',');
    const nvext = extra === '' ? '' : `,"nvext":{${extra}}`;
    return this.event(`${this.#start}${choice}${this.#end}${usage}${nvext}}`);
  }
}

/** The whole answer of a request that did not ask for a stream. */
export function wholeAnswer(
  context: AnswerContext,
  outputTokens: number,
  reason: string | null,
): string {
  const text = outputText(0, outputTokens);
  const choice =
    context.request.endpoint === 'chat'
      ? { index: 0, message: { role: 'assistant', content: text }, finish_reason: reason }
      : { text, index: 0, finish_reason: reason };
  return (
    `{"id":"${answerId(context)}","choices":[${JSON.stringify(choice)}],` +
    `${envelope(context, 'whole')},"usage":${usageJson(context, outputTokens)}}`
  );
}

/** Text of output tokens, always the same for a position in the answer. */
function outputText(from: number, to: number): string {
  let text = '';
  for (let token = from; token < to; token += 1) text += WORDS[token % WORDS.length]!;
  return text;
}

function chatChoice(delta: string, reason: string): string {
  return `{"index":0,"delta":{${delta}},"finish_reason":${reason},"logprobs":null}`;
}

function completionsChoice(text: string, reason: string): string {
  const finish = reason === 'null' ? '' : `,"finish_reason":${reason}`;
  return `{"text":${JSON.stringify(text)},"index":0${finish}}`;
}

function answerId({ request, number }: AnswerContext): string {
  return `${request.endpoint === 'chat' ? 'chatcmpl' : 'cmpl'}-${String(number).padStart(12, '0')}`;
}

function envelope(context: AnswerContext, kind: 'chunk' | 'whole'): string {
  const { dialect, request, createdUnixS } = context;
  const common = `"created":${createdUnixS},"model":${JSON.stringify(request.model)}`;
  if (request.endpoint === 'completions') {
    return `${common},"system_fingerprint":null,"object":"text_completion"`;
  }
  const nulls = dialect.nullFields ? ',"service_tier":null,"system_fingerprint":null' : '';
  return `${common},"object":"chat.completion${kind === 'chunk' ? '.chunk' : ''}"${nulls}`;
}

function usageJson({ dialect, request, facts }: AnswerContext, outputTokens: number): string {
  const { promptTokens } = request;
  const audio = request.endpoint === 'completions' ? '"audio_tokens":null,' : '';
  const details = dialect.cachedTokens
    ? `,"prompt_tokens_details":{${audio}"cached_tokens":${facts.toldCachedTokens}}`
    : '';
  return (
    `{"prompt_tokens":${promptTokens},"completion_tokens":${outputTokens},` +
    `"total_tokens":${promptTokens + outputTokens}${details}}`
  );
}

/** Ids are put in as integers: they exceed 2^53. The ranks of a worker count as one. */
function workerIdsJson({ dialect, request, facts }: AnswerContext): string {
  if (!request.extraFields.has('worker_id') || !dialect.workerIds) return '';
  const [prefillRank, decodeRank] =
    facts.kvHitRate === undefined ? ['', ''] : ['"prefill_dp_rank":0,', ',"decode_dp_rank":0'];
  return (
    `"worker_id":{"prefill_worker_id":${facts.prefillWorkerId},${prefillRank}` +
    `"decode_worker_id":${facts.decodeWorkerId ?? facts.prefillWorkerId}${decodeRank}}`
  );
}

function timingJson({ dialect, request, facts }: AnswerContext, finish: Finish): string {
  if (dialect.timing === 'none' || !request.extraFields.has('timing')) return '';
  const { prefillWaitNs = 0, prefillNs = 0, transferNs, kvHitRate } = facts;
  const phases = {
    prefill_wait_time_ms: prefillWaitNs / 1e6,
    prefill_time_ms: prefillNs / 1e6,
    ttft_ms: finish.ttftMs,
  };
  const times = {
    request_received_ms: finish.receivedUnixMs,
    ...(dialect.timing === 'full' && phases),
    total_time_ms: finish.totalMs,
    ...(kvHitRate !== undefined && { kv_hit_rate: kvHitRate, router_queue_depth: 0 }),
    ...(transferNs !== undefined && { kv_transfer_estimated_latency_ms: transferNs / 1e6 }),
  };
  return `"timing":${JSON.stringify(times)}`;
}
