import type { Dialect, WordedError } from '../dialect/dialect.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { textOf } from './output-text.ts';
import type { ServiceFacts } from '../serving/model.ts';

/** What the words of one answer depend on. */
export interface Answer {
  readonly dialect: Dialect;
  readonly request: GenerationRequest;
  /** Which request this is, from 1; part of the answer's id and start of its text. */
  readonly number: number;
  readonly createdUnixS: number;
  readonly promptTokens: number;
  /** Filled in while tokens are made; read no sooner than the first chunk. */
  readonly facts: ServiceFacts;
}

/** Milliseconds, but for the first, which is an instant in milliseconds since 1970. */
export interface Timing {
  readonly requestReceivedUnixMs: number;
  readonly prefillWaitMs: number;
  readonly prefillMs: number;
  readonly ttftMs: number;
  readonly totalMs: number;
  /** Only of a KV-aware router. */
  readonly kvHitRate?: number | undefined;
  /** Only with workers that prefill for others. */
  readonly transferMs?: number | undefined;
}

/** Tokens that one chunk holds. */
export interface TokenRun {
  /** How many tokens came before it. */
  readonly from: number;
  readonly count: number;
  /** Their text is left out, whatever it is. */
  readonly isSilent?: boolean | undefined;
  /** With the finish reason, for the dialect that puts it on the last token. */
  readonly finish?: { readonly reason: string; readonly timing: Timing } | undefined;
}

const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** Renders the events of one streamed answer as text. Nothing here knows about time or sockets. */
export class Wording {
  readonly #answer: Answer;
  readonly #end: string;
  readonly #data: string;
  readonly #before: string;
  readonly #after: string;
  #workerIds: string | undefined;
  #hasRole = false;

  constructor(answer: Answer) {
    const { dialect } = answer;
    this.#answer = answer;
    this.#end = LINE_ENDS[dialect.lineEnd];
    this.#data = dialect.dataSpace ? 'data: ' : 'data:';
    this.#before = `{"id":"${answerId(answer)}","choices":[`;
    this.#after = `],${envelope(answer, 'chunk')}`;
  }

  /** One event with this data. */
  event(data: string): string {
    return `${this.#data}${data}${this.#end}${this.#end}`;
  }

  done(): string {
    return this.event('[DONE]');
  }

  keepAlive(): string {
    return `:${this.#end}${this.#end}`;
  }

  /** A named event whose payload is in a comment: annotations, and the errors of old frontends. */
  commentedEvent(name: string, payload: string): string {
    return `event: ${name}${this.#end}: ${payload}${this.#end}${this.#end}`;
  }

  error({ message, type, code }: WordedError): string {
    return this.event(JSON.stringify({ error: { message, type, code } }));
  }

  /** The chunk with the role alone, where the dialect has one. */
  opening(): string | undefined {
    const { dialect, request } = this.#answer;
    if (request.endpoint !== 'chat' || dialect.role !== 'alone') return undefined;
    this.#hasRole = true;
    return this.#chatChunk('"role":"assistant","content":""', 'null', '', 0);
  }

  /**
   * The chunk of these tokens. In chat, tokens without text have no chunk, except that the first
   * of all still brings the role.
   */
  tokens({ from, count, isSilent = false, finish }: TokenRun): string | undefined {
    const { endpoint } = this.#answer.request;
    const outputTokens = from + count;
    const reason = finish === undefined ? 'null' : JSON.stringify(finish.reason);
    const timing = finish === undefined ? '' : this.#timing(finish.timing);
    if (endpoint === 'completions') {
      const text = isSilent ? '""' : JSON.stringify(this.#text(from, outputTokens));
      return this.#completionsChunk(text, reason, timing, outputTokens);
    }
    const delta = isSilent ? undefined : this.#delta(from, outputTokens);
    if (delta === undefined && finish === undefined && this.#hasRole) return undefined;
    return this.#chatChunk(this.#withRole(delta), reason, timing, outputTokens);
  }

  /** The chunk of the finish reason alone. */
  finish(reason: string, timing: Timing, outputTokens: number): string {
    const quoted = JSON.stringify(reason);
    const times = this.#timing(timing);
    if (this.#answer.request.endpoint === 'completions') {
      return this.#completionsChunk('""', quoted, times, outputTokens);
    }
    const delta = this.#answer.dialect.role === 'every-chunk' ? '"role":"assistant"' : '';
    return this.#chatChunk(delta, quoted, times, outputTokens);
  }

  /** The chunk without choices that carries the counts. */
  usage(outputTokens: number): string {
    const usage = usageJson(this.#answer, outputTokens);
    return this.event(`${this.#before}${this.#after},"usage":${usage}}`);
  }

  #text(from: number, to: number): string {
    const { dialect } = this.#answer;
    let text = '';
    for (let token = from; token < to; token += 1) text += textOf(dialect, token);
    return text;
  }

  #delta(from: number, to: number): string | undefined {
    const { dialect } = this.#answer;
    const answerFrom = Math.min(Math.max(from, dialect.reasoningTokens), to);
    const reasoning = this.#text(from, answerFrom);
    const answer = this.#text(answerFrom, to);
    const parts: string[] = [];
    if (reasoning !== '') parts.push(`"${dialect.reasoningField}":${JSON.stringify(reasoning)}`);
    if (answer !== '' && dialect.answer === 'text')
      parts.push(`"content":${JSON.stringify(answer)}`);
    if (answer !== '' && dialect.answer === 'tool-call') {
      parts.push(toolCallJson(answer, answerFrom === dialect.reasoningTokens, this.#answer.number));
    }
    return parts.length === 0 ? undefined : parts.join(',');
  }

  #withRole(delta: string | undefined): string {
    const needsRole = this.#answer.dialect.role === 'every-chunk' || !this.#hasRole;
    this.#hasRole = true;
    if (!needsRole) return delta ?? '';
    return delta === undefined ? '"role":"assistant"' : `${delta},"role":"assistant"`;
  }

  #chatChunk(delta: string, reason: string, timing: string, outputTokens: number): string {
    const choice = `{"index":0,"delta":{${delta}},"finish_reason":${reason},"logprobs":null}`;
    return this.#chunk(choice, timing, outputTokens, this.#answer.dialect.nullFields);
  }

  #completionsChunk(text: string, reason: string, timing: string, outputTokens: number): string {
    const finish = reason === 'null' ? '' : `,"finish_reason":${reason}`;
    return this.#chunk(`{"text":${text},"index":0${finish}}`, timing, outputTokens, true);
  }

  #chunk(choice: string, timing: string, outputTokens: number, nullUsage: boolean): string {
    const { continuousUsage } = this.#answer.request;
    const usage = continuousUsage
      ? `,"usage":${usageJson(this.#answer, outputTokens)}`
      : nullUsage
        ? ',"usage":null'
        : '';
    this.#workerIds ??= workerIdsJson(this.#answer);
    const extra = [this.#workerIds, timing].filter((part) => part !== '').join(',');
    const nvext = extra === '' ? '' : `,"nvext":{${extra}}`;
    return this.event(`${this.#before}${choice}${this.#after}${usage}${nvext}}`);
  }

  #timing(timing: Timing): string {
    return this.#answer.request.extraFields.has('timing')
      ? timingJson(this.#answer.dialect, timing)
      : '';
  }
}

/** Ids are put in as integers: they exceed 2^53. Our routers know a worker's ranks as one. */
function workerIdsJson({ dialect, request, facts }: Answer): string {
  if (!request.extraFields.has('worker_id') || !dialect.workerIds) return '';
  const [prefillRank, decodeRank] =
    facts.kvHitRate === undefined ? ['', ''] : ['"prefill_dp_rank":0,', ',"decode_dp_rank":0'];
  return (
    `"worker_id":{"prefill_worker_id":${facts.prefillWorkerId},${prefillRank}` +
    `"decode_worker_id":${facts.decodeWorkerId ?? facts.prefillWorkerId}${decodeRank}}`
  );
}

/** The whole answer of a request that did not ask for a stream. */
export function wholeAnswer(answer: Answer, outputTokens: number, reason: string | null): string {
  const { dialect, request } = answer;
  let text = '';
  for (let token = 0; token < outputTokens; token += 1) text += textOf(dialect, token);
  const choice =
    request.endpoint === 'chat'
      ? { index: 0, message: { role: 'assistant', content: text }, finish_reason: reason }
      : { text, index: 0, finish_reason: reason };
  return (
    `{"id":"${answerId(answer)}","choices":[${JSON.stringify(choice)}],` +
    `${envelope(answer, 'whole')},"usage":${usageJson(answer, outputTokens)}}`
  );
}

function answerId({ request, number }: Answer): string {
  return `${request.endpoint === 'chat' ? 'chatcmpl' : 'cmpl'}-${number.toString().padStart(12, '0')}`;
}

function envelope({ dialect, request, createdUnixS }: Answer, kind: 'chunk' | 'whole'): string {
  const common = `"created":${createdUnixS},"model":${JSON.stringify(request.model)}`;
  if (request.endpoint === 'completions') {
    return `${common},"system_fingerprint":null,"object":"text_completion"`;
  }
  const nulls = dialect.nullFields ? ',"service_tier":null,"system_fingerprint":null' : '';
  return `${common},"object":"chat.completion${kind === 'chunk' ? '.chunk' : ''}"${nulls}`;
}

function usageJson(answer: Answer, outputTokens: number): string {
  const { dialect, request, promptTokens, facts } = answer;
  const audio = request.endpoint === 'completions' ? '"audio_tokens":null,' : '';
  const details = dialect.cachedTokens
    ? `,"prompt_tokens_details":{${audio}"cached_tokens":${facts.toldCachedTokens}}`
    : '';
  return (
    `{"prompt_tokens":${promptTokens},"completion_tokens":${outputTokens},` +
    `"total_tokens":${promptTokens + outputTokens}${details}}`
  );
}

function timingJson(dialect: Dialect, timing: Timing): string {
  if (dialect.timing === 'none') return '';
  const totals = { request_received_ms: timing.requestReceivedUnixMs };
  const phases = {
    prefill_wait_time_ms: timing.prefillWaitMs,
    prefill_time_ms: timing.prefillMs,
    ttft_ms: timing.ttftMs,
  };
  // A router that knows the cache adds its own; no request waits in ours.
  const router =
    timing.kvHitRate === undefined ? {} : { kv_hit_rate: timing.kvHitRate, router_queue_depth: 0 };
  const times = {
    ...totals,
    ...(dialect.timing === 'full' ? phases : {}),
    total_time_ms: timing.totalMs,
    ...router,
    ...(timing.transferMs === undefined
      ? {}
      : { kv_transfer_estimated_latency_ms: timing.transferMs }),
  };
  return `"timing":${JSON.stringify(times)}`;
}

function toolCallJson(text: string, isFirst: boolean, number: number): string {
  const call = isFirst
    ? { index: 0, id: `call-${number}`, type: 'function', function: { name: 'f', arguments: text } }
    : { index: 0, function: { arguments: text } };
  return `"tool_calls":[${JSON.stringify(call)}]`;
}
