import type { Failure } from '@trace-replay/metrics/internal';

import type { Ending, ExchangeFacts } from '../client/exchange-facts.ts';
import { isEventStream, isIdentity, mediaType } from '../client/response-head.ts';
import { printable } from '../errors/printable.ts';
import { keepAll, type Redact } from '../errors/redact.ts';
import type { Answer } from '../stream/answer.ts';
import { meaningOf } from '../stream/finish-reason.ts';
import { readBareError } from '../stream/stream-error.ts';
import { withoutUnknown } from './without-unknown.ts';

/** Kept of what came outside events, which is mostly a page or a body of an error. */
const MOST_OUTSIDE_CHARACTERS = 300;
const REFUSED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);
const NAMELESS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const LOCAL_LIMITS = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|EPROTO$)|_CERT/;

/** The server had already gone wrong before the exchange ended. */
export function isFaulty({ httpStatus = 200 }: ExchangeFacts, answer: Answer): boolean {
  return (
    httpStatus !== 200 ||
    answer.error !== undefined ||
    answer.malformed !== undefined ||
    hasGivenUp(answer)
  );
}

/** The finish reason means failure. */
function hasGivenUp({ finishReason }: Answer): boolean {
  return finishReason !== undefined && meaningOf(finishReason) === 'failure';
}

/** The server said that the answer is complete, and said nothing against it. */
function isFinished(answer: Answer): boolean {
  return (
    answer.finishReason !== undefined &&
    !hasGivenUp(answer) &&
    answer.error === undefined &&
    answer.malformed === undefined &&
    answer.contentNs.length > 0
  );
}

/**
 * Why a request failed, if it did: the first true rung of the ladder in metrics' `failure.ts`.
 *
 * @param redact takes secrets out of whatever text is kept
 */
export function nameFailure(
  facts: ExchangeFacts,
  answer: Answer,
  redact: Redact = keepAll,
): Failure | undefined {
  const found = findFailure(facts, answer);
  if (found === undefined) return undefined;
  const { code, message, ...rest } = found;
  return withoutUnknown({
    ...rest,
    code: code === undefined ? undefined : printable(code, 64, redact),
    message: message === undefined || message === '' ? undefined : printable(message, 300, redact),
  });
}

/** The same with its texts as they came. */
function findFailure(facts: ExchangeFacts, answer: Answer): Failure | undefined {
  const { ending, httpStatus: status } = facts;
  if (ending.kind === 'timed_out') return { class: 'timed_out', phase: ending.phase };
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
  if (ending.kind === 'error' && ending.isMalformed && !isFinished(answer)) {
    return fail('malformed', { message: ending.error.message });
  }
  if (answer.finishReason === undefined) return truncated(ending, answer);
  if (answer.finishReason === 'abort') return fail('truncated', { code: 'abort' });
  if (hasGivenUp(answer)) return fail('in_stream_error', { code: answer.finishReason });
  if (answer.contentNs.length === 0) return fail('no_tokens', { message: answer.remark });
  return undefined;
}

/** The stream ended without a finish reason; what it says beside its chunks is mostly why. */
function truncated(ending: Ending, answer: Answer): Failure {
  const { isDone, textOutside, remark, withdrawnReason } = answer;
  const code = ending.kind === 'error' ? (ending.peerClosed ?? codeOf(ending.error)) : 'FIN';
  const done = isDone ? '[DONE] came without a finish reason' : undefined;
  const withdrawn = withdrawnReason && `content followed the finish reason "${withdrawnReason}"`;
  return fail('truncated', {
    code: isDone && ending.kind !== 'error' ? 'no_finish_reason' : code,
    message: (textOutside ?? remark)?.slice(0, MOST_OUTSIDE_CHARACTERS) ?? withdrawn ?? done,
  });
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
    if (TLS_CODE.test(code)) return fail('tls', details);
  }
  if (peerClosed !== undefined && TLS_CODE.test(peerClosed)) {
    // After a handshake, such as for want of a certificate of ours; undici only says "closed".
    return fail('tls', { code: peerClosed });
  }
  if (ending.isMalformed) return fail('malformed', details);
  return fail('reset', { ...details, code: peerClosed ?? code });
}

/** Status 200 with something that is no event stream. */
function notAStream({ contentType, contentEncoding, otherBody }: ExchangeFacts) {
  if (!isIdentity(contentEncoding)) {
    return fail('malformed', { message: `content-encoding is "${contentEncoding}"` });
  }
  if (isEventStream(contentType)) return undefined;
  const message = text(otherBody);
  if (readBareError(message ?? '')) return fail('in_stream_error', { message });
  const type = mediaType(contentType);
  return fail('malformed', { message: `content-type is ${type ? `"${type}"` : 'missing'}` });
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
  { code, message }: Pick<Failure, 'code' | 'message'>,
): Failure {
  return { class: name, code, message };
}
