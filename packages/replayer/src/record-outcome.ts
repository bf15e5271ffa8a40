import {
  type Failure,
  type Note,
  RECORD_SCHEMA_VERSION,
  type RequestRecord,
  type TimeoutPhase,
} from '@trace-replay/metrics';

import type { Ending, ExchangeFacts } from './client/exchange.ts';
import { printable } from './printable.ts';
import type { Answer } from './stream/answer.ts';

/** What was asked for. */
export interface Asked {
  readonly row: number;
  readonly dueNs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly target: number;
  readonly bodyBytes: number;
  /** Whether the server was told to make exactly `outputTokens`. */
  readonly exactLength: boolean;
}

const KNOWN_FINISH_REASONS = new Set([
  'stop',
  'length',
  'tool_calls',
  'function_call',
  'content_filter',
]);

const REFUSED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);
const NAMELESS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const LOCAL_LIMITS = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);

/**
 * Makes the record of a request that was dispatched. The one place that names a failure: the first
 * true rung of the ladder in `failure.ts`.
 */
export function recordOutcome(asked: Asked, facts: ExchangeFacts, answer: Answer): RequestRecord {
  const failure = nameFailure(facts, answer);
  const isWhole = failure === undefined;
  const isAborted = facts.ending.kind === 'aborted' && !isWhole && !isFaulty(facts, answer);
  const counted = countTokens(answer);
  const notes = isWhole ? takeNotes(facts.ending, answer) : [];
  const mismatch = isWhole && asked.exactLength && counted?.tokens !== asked.outputTokens;
  const contentNs = Array.from(answer.contentNs);
  const { usage } = answer;
  return withoutUnknown({
    schema_version: RECORD_SCHEMA_VERSION,
    row: asked.row,
    outcome: isAborted ? 'aborted_inflight' : isWhole ? 'ok' : 'failed',
    due_ns: asked.dueNs,
    dispatched_ns: facts.dispatchedNs,
    socket_wait_ns: facts.socketWaitNs,
    socket_new: facts.socketNew,
    connect_started_ns: facts.connectStartedNs,
    connected_ns: facts.connectedNs,
    sent_ns: facts.sentNs,
    flushed_ns: facts.flushedNs,
    headers_ns: facts.headersNs,
    content_ns: contentNs.length > 0 ? contentNs : undefined,
    content_tokens: answer.contentTokens && Array.from(answer.contentTokens),
    first_answer: answer.firstAnswer,
    end_ns: facts.endNs,
    target: asked.target,
    http_status: facts.httpStatus,
    finish_reason: answer.finishReason,
    failure: isAborted ? undefined : failure,
    notes: notes.length > 0 ? notes : undefined,
    input_tokens_asked: asked.inputTokens,
    output_tokens_asked: asked.outputTokens,
    output_tokens: counted?.tokens,
    output_tokens_by: counted?.by,
    length_mismatch: mismatch ? true : undefined,
    prompt_tokens: usage?.promptTokens,
    cached_tokens: usage?.cachedTokens,
    reasoning_tokens: usage?.reasoningTokens,
    prefill_worker_id: answer.prefillWorkerId,
    decode_worker_id: answer.decodeWorkerId,
    server_timing: answer.serverTiming,
    body_bytes: asked.bodyBytes,
  });
}

/** The record of a row that was never dispatched. */
export function recordNotSent(
  asked: Pick<Asked, 'row' | 'dueNs' | 'inputTokens' | 'outputTokens'>,
) {
  return {
    schema_version: RECORD_SCHEMA_VERSION,
    row: asked.row,
    outcome: 'not_sent',
    due_ns: asked.dueNs,
    input_tokens_asked: asked.inputTokens,
    output_tokens_asked: asked.outputTokens,
  } as const satisfies RequestRecord;
}

/** The record of a row that was dispatched by a thread that then died, at `endNs`. */
export function recordLost(
  asked: Pick<Asked, 'row' | 'dueNs' | 'inputTokens' | 'outputTokens'>,
  endNs: number,
) {
  return {
    ...recordNotSent(asked),
    outcome: 'aborted_inflight',
    end_ns: endNs,
  } as const satisfies RequestRecord;
}

/** The server had already gone wrong before the exchange ended. */
function isFaulty({ httpStatus = 200 }: ExchangeFacts, answer: Answer): boolean {
  return httpStatus !== 200 || answer.error !== undefined || answer.malformed !== undefined;
}

/** The server said that the answer is complete, and said nothing against it. */
function isFinished(answer: Answer): boolean {
  return (
    answer.finishReason !== undefined &&
    answer.finishReason !== 'abort' &&
    answer.error === undefined &&
    answer.malformed === undefined &&
    answer.contentNs.length > 0
  );
}

function nameFailure(facts: ExchangeFacts, answer: Answer): Failure | undefined {
  const { ending, httpStatus: status } = facts;
  if (ending.kind === 'timed_out') return timedOut(ending.phase);
  if (status === undefined) {
    if (ending.kind === 'error') return notAnswered(ending);
    return { class: 'reset' };
  }
  if (status !== 200) {
    return fail('http_status', { code: String(status), message: text(facts.otherBody) });
  }
  if (answer.error) return fail('in_stream_error', answer.error);
  const other = notAStream(facts);
  if (other) return other;
  if (answer.malformed !== undefined) return fail('malformed', { message: answer.malformed });
  if (ending.kind === 'error' && isMalformed(ending) && !isFinished(answer)) {
    return fail('malformed', { message: ending.error.message });
  }
  if (answer.finishReason === undefined) {
    const code = ending.kind === 'error' ? (ending.peerClosed ?? codeOf(ending.error)) : 'FIN';
    return fail('truncated', { code });
  }
  if (answer.finishReason === 'abort') return fail('truncated', { code: 'abort' });
  if (answer.contentNs.length === 0) return { class: 'no_tokens' };
  return undefined;
}

function timedOut(phase: TimeoutPhase): Failure {
  return { class: 'timed_out', phase };
}

/** The connection ended before any answer. */
function notAnswered(ending: Extract<Ending, { kind: 'error' }>): Failure {
  const { error, peerClosed } = ending;
  const code = codeOf(error);
  const details = { code: code ?? peerClosed, message: error.message };
  if (code !== undefined) {
    if (NAMELESS.has(code)) return fail('dns', details);
    if (REFUSED.has(code)) return fail('refused', details);
    if (LOCAL_LIMITS.has(code)) return fail('local_limit', details);
    if (isTlsCode(code)) return fail('tls', details);
  }
  if (peerClosed !== undefined && isTlsCode(peerClosed)) {
    // After a handshake, such as for want of a certificate of ours; undici only says "closed".
    return fail('tls', { code: peerClosed });
  }
  if (isMalformed(ending)) return fail('malformed', details);
  return fail('reset', { ...details, code: peerClosed ?? code });
}

/**
 * undici reports a stream cut short and a broken protocol by the same class without a code; what
 * tells them apart is whether the peer had closed.
 */
function isMalformed({ error, peerClosed }: Extract<Ending, { kind: 'error' }>): boolean {
  if (codeOf(error) === 'UND_ERR_HEADERS_OVERFLOW') return true;
  if (error.name === 'HTTPParserError') return peerClosed === undefined;
  return error.message === 'bad response' || error.message === 'bad upgrade';
}

/** Status 200 with something that is no event stream. */
function notAStream({ contentType, contentEncoding, otherBody }: ExchangeFacts) {
  if (contentEncoding !== undefined && contentEncoding.trim().toLowerCase() !== 'identity') {
    return fail('malformed', { message: `content-encoding is "${contentEncoding}"` });
  }
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') return undefined;
  const message = text(otherBody);
  if (otherBody && isErrorBody(otherBody)) return fail('in_stream_error', { message });
  return fail('malformed', { message: `content-type is ${type ? `"${type}"` : 'missing'}` });
}

function isErrorBody(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || 'choices' in value) return false;
    return 'error' in value || ('message' in value && 'code' in value);
  } catch {
    return false;
  }
}

function countTokens(answer: Answer): { tokens: number; by: 'usage' | 'chunks' } | undefined {
  if (answer.usage?.completionTokens !== undefined) {
    return { tokens: answer.usage.completionTokens, by: 'usage' };
  }
  return answer.contentNs.length > 0
    ? { tokens: answer.contentNs.length, by: 'chunks' }
    : undefined;
}

function takeNotes(ending: Ending, answer: Answer): Note[] {
  const notes: Note[] = [];
  if (!answer.isDone) notes.push('done_missing');
  if (ending.kind === 'error') notes.push('lost_after_finish');
  if (ending.kind === 'ended_by_us') notes.push('ended_by_us');
  if (answer.dataAfterDone) notes.push('data_after_done');
  if (!KNOWN_FINISH_REASONS.has(answer.finishReason ?? '')) notes.push('finish_reason_unknown');
  if (answer.usage?.completionTokens === undefined) notes.push('usage_missing');
  return notes;
}

function isTlsCode(code: string): boolean {
  return (
    code.startsWith('ERR_TLS') ||
    code.startsWith('ERR_SSL') ||
    code.startsWith('CERT_') ||
    code.includes('_CERT') ||
    code.startsWith('UNABLE_TO_') ||
    code === 'EPROTO'
  );
}

function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}

function text(body: Buffer | undefined): string | undefined {
  return body?.toString('utf8');
}

function fail(
  name: Failure['class'],
  { code, message }: { code?: string | undefined; message?: string | undefined },
): Failure {
  return withoutUnknown({
    class: name,
    code: code === undefined ? undefined : printable(code, 64),
    message: message === undefined || message === '' ? undefined : printable(message, 300),
  });
}

type Known<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Unknown is absent: a key without a value is left out. */
function withoutUnknown<T extends object>(value: T): Known<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined),
  ) as Known<T>;
}
