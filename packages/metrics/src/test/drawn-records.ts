import fc from 'fast-check';

import { FAILURE_CLASSES, TIMEOUT_PHASES } from '../record/failure.ts';
import { NOTES, type RequestRecord, STREAM_NOTES } from '../record/record.ts';

/** Records drawn at random for properties: every outcome, whatever the schema leaves open. */

const MS = 1e6;

const asked = fc.record({
  due_ns: fc.integer({ min: 0, max: 60_000 * MS }),
  lagNs: fc.integer({ min: 0, max: 400 * MS }),
  input_tokens_asked: fc.integer({ min: 1, max: 100_000 }),
  output_tokens_asked: fc.integer({ min: 1, max: 6 }),
});

/** Gaps around the limits of the golden objectives, and around 50 µs. */
const gapNs = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }),
  fc.integer({ min: 19 * MS, max: 21 * MS }),
  fc.integer({ min: 0, max: 300 * MS }),
);

const answer = fc.record({
  firstNs: fc.oneof(fc.integer({ min: 199 * MS, max: 201 * MS }), gapNs),
  gapsNs: fc.array(gapNs, { maxLength: 8 }),
  output_tokens_by: fc.constantFrom('usage' as const, 'chunks' as const),
  isExact: fc.boolean(),
});

const told = fc.record(
  {
    prompt_tokens: fc.integer({ min: 0, max: 100_000 }),
    cached_tokens: fc.integer({ min: 0, max: 50_000 }),
    server_timing: fc.record({ kv_hit_rate: fc.double({ min: -0.5, max: 1.5, noNaN: true }) }),
    notes: fc.subarray([...NOTES], { minLength: 1 }),
    stream_notes: fc.subarray([...STREAM_NOTES], { minLength: 1 }),
  },
  { requiredKeys: [] },
);

const failure = fc.oneof(
  fc.record({ class: fc.constantFrom(...FAILURE_CLASSES) }),
  fc.record({
    class: fc.constant('timed_out' as const),
    phase: fc.constantFrom(...TIMEOUT_PHASES),
  }),
  fc.record({
    class: fc.constant('http_status' as const),
    code: fc.integer({ min: 400, max: 599 }).map(String),
    message: fc.string(),
  }),
);

type Drawn = (row: number) => RequestRecord;

const base = ({ lagNs: _, ...fields }: { lagNs: number } & AskedFields, row: number) => ({
  schema_version: 1 as const,
  row,
  ...fields,
});

type AskedFields = Pick<RequestRecord, 'due_ns' | 'input_tokens_asked' | 'output_tokens_asked'>;

const okRow = fc.tuple(asked, answer, told).map(([request, drawn, extra]): Drawn => {
  const sentNs = request.due_ns + request.lagNs;
  const contentNs = [sentNs + drawn.firstNs];
  for (const each of drawn.gapsNs) contentNs.push((contentNs.at(-1) ?? 0) + each);
  const { output_tokens_asked: tokensAsked } = request;
  const tokens = drawn.isExact ? tokensAsked : contentNs.length;
  return (row) => ({
    ...base(request, row),
    outcome: 'ok',
    sent_ns: sentNs,
    content_ns: contentNs,
    end_ns: (contentNs.at(-1) ?? 0) + 1,
    finish_reason: 'length',
    output_tokens: tokens,
    output_tokens_by: drawn.output_tokens_by,
    ...(tokens !== tokensAsked && { length_mismatch: true as const }),
    ...extra,
  });
});

const failedRow = fc.tuple(asked, failure, fc.boolean()).map(([request, why, isSent]): Drawn => {
  const sentNs = request.due_ns + request.lagNs;
  return (row) => ({
    ...base(request, row),
    outcome: 'failed',
    ...(isSent && { sent_ns: sentNs }),
    end_ns: sentNs + 1,
    failure: why,
  });
});

const unfinishedRow = fc.tuple(asked, fc.boolean()).map(([request, isSent]): Drawn => {
  const sentNs = request.due_ns + request.lagNs;
  return (row) => ({
    ...base(request, row),
    ...(isSent
      ? { outcome: 'aborted_inflight', sent_ns: sentNs, end_ns: sentNs }
      : { outcome: 'not_sent' }),
  });
});

/** Up to 120 records, in trace order. */
export const recordsArbitrary: fc.Arbitrary<readonly RequestRecord[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: okRow }, failedRow, unfinishedRow), { maxLength: 120 })
  .map((rows) => rows.map((make, row) => make(row)));
