import type { RequestRecord } from '@trace-replay/metrics';
import { RECORD_SCHEMA_VERSION } from '@trace-replay/metrics/counts';
import type { Note, StreamNote } from '@trace-replay/metrics/internal';

import { printable } from '../errors/printable.ts';
import { keepAll, type Redact } from '../errors/redact.ts';
import type { Ending, ExchangeFacts } from '../client/exchange-facts.ts';
import { isFaulty, nameFailure } from './name-failure.ts';
import type { Answer } from '../stream/answer.ts';
import { meaningOf } from '../stream/finish-reason.ts';
import type { RowRequest } from './request.ts';
import { settleCounts } from './settle-counts.ts';
import { withoutUnknown } from './without-unknown.ts';

/** What was asked for. */
export interface Asked extends RowRequest {
  readonly bodyBytes: number;
  /** Whether the server was told to make exactly `outputTokens`. */
  readonly exactLength: boolean;
  /** Takes secrets out of whatever text of the server is kept. */
  readonly redact?: Redact | undefined;
  /** Whether the server is known to send the first token in an event of its own. */
  readonly isFirstAlone?: boolean | undefined;
}

/** Those that servers give have some twenty. */
const MOST_REASON_CHARACTERS = 64;
const OF_WHOLE_ANSWERS: ReadonlySet<StreamNote> = new Set(['counted_by_chunks', 'length_unknown']);

/** Makes the record of a request that was dispatched. */
export function recordOutcome(asked: Asked, facts: ExchangeFacts, answer: Answer): RequestRecord {
  const { redact = keepAll } = asked;
  const failure = nameFailure(facts, answer, redact);
  const isWhole = failure === undefined;
  const isAborted = facts.ending.kind === 'aborted' && !isWhole && !isFaulty(facts, answer);
  const { notes: countNotes, ...counts } = settleCounts(answer, asked);
  const notes = isWhole ? takeNotes(facts.ending, answer) : [];
  // Of an answer that did not end well, nobody expects to know the length.
  const ofCounts = countNotes.filter((note) => isWhole || !OF_WHOLE_ANSWERS.has(note));
  const streamNotes = [...takeStreamNotes(answer), ...ofCounts];
  const { output_tokens: tokens } = counts;
  const mismatch =
    isWhole && asked.exactLength && tokens !== undefined && tokens !== asked.outputTokens;
  const contentNs = Array.from(answer.contentNs);
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
    content_tokens: counts.content_tokens,
    first_tokens_unknown: isWhole ? counts.first_tokens_unknown : undefined,
    first_answer: answer.firstAnswer,
    end_ns: facts.endNs,
    target: asked.target,
    http_status: facts.httpStatus,
    finish_reason: reasonOf(answer, redact),
    failure: isAborted ? undefined : failure,
    notes: notes.length > 0 ? notes : undefined,
    stream_notes: streamNotes.length > 0 ? streamNotes : undefined,
    input_tokens_asked: asked.inputTokens,
    output_tokens_asked: asked.outputTokens,
    output_tokens: tokens,
    output_tokens_by: counts.output_tokens_by,
    length_mismatch: mismatch ? true : undefined,
    prompt_tokens: counts.prompt_tokens,
    cached_tokens: counts.cached_tokens,
    reasoning_tokens: counts.reasoning_tokens,
    prefill_worker_id: unlessSecret(answer.prefillWorkerId, redact),
    decode_worker_id: unlessSecret(answer.decodeWorkerId, redact),
    server_timing: timingOf(answer, redact),
    body_bytes: asked.bodyBytes,
  });
}

/** As the server worded it, on one line and bounded. */
function reasonOf({ finishReason }: Answer, redact: Redact): string | undefined {
  if (finishReason === undefined || meaningOf(finishReason) !== 'unknown') return finishReason;
  return printable(finishReason, MOST_REASON_CHARACTERS, redact);
}

function unlessSecret(id: string | undefined, redact: Redact): string | undefined {
  return id === undefined || redact(id) === id ? id : undefined;
}

function timingOf({ serverTiming }: Answer, redact: Redact): Answer['serverTiming'] {
  if (serverTiming === undefined) return undefined;
  const fields = Object.entries(serverTiming).filter(([name]) => redact(name) === name);
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

/** The record of a row that was never dispatched. */
export function recordNotSent(asked: Omit<RowRequest, 'target'>) {
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
export function recordLost(asked: Omit<RowRequest, 'target'>, endNs: number) {
  return {
    ...recordNotSent(asked),
    outcome: 'aborted_inflight',
    end_ns: endNs,
  } as const satisfies RequestRecord;
}

function takeNotes(ending: Ending, answer: Answer): Note[] {
  const notes: Note[] = [];
  if (!answer.isDone) notes.push('done_missing');
  if (ending.kind === 'error') notes.push('lost_after_finish');
  if (ending.kind === 'ended_by_us') notes.push('ended_by_us');
  if (answer.dataAfterDone) notes.push('data_after_done');
  if (meaningOf(answer.finishReason ?? '') === 'unknown') notes.push('finish_reason_unknown');
  if (answer.usage?.completionTokens === undefined) notes.push('usage_missing');
  return notes;
}

function takeStreamNotes({ hasUnknownContent, textOutside }: Answer): StreamNote[] {
  return [
    ...(hasUnknownContent ? (['content_unknown'] as const) : []),
    ...(textOutside === undefined ? [] : (['text_outside_events'] as const)),
  ];
}
