import type { MetricTag } from '../record/catalog.ts';
import type { Judgement } from '../record/goodput.ts';
import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';

/**
 * A record and every figure that follows from it, computed by hand. Instants are in ms, as read.
 */
export interface Golden {
  readonly title: string;
  readonly record: RequestRecord;
  /** Values in ns; a metric that is not here is absent. Gaps have their own list. */
  readonly valuesNs: Readonly<Partial<Record<MetricTag, number>>>;
  readonly gapsNs: readonly number[];
  readonly verdict: Judgement;
}

/** The limits that the verdicts are about. */
export const GOLDEN_OBJECTIVES: readonly Objective[] = [
  { metric: 'time_to_first_token', limitMs: 200 },
  { metric: 'inter_token_latency', limitMs: 20 },
];

const ms = (value: number) => Math.round(value * 1e6);
const allMs = (...values: number[]) => values.map(ms);

const GOOD = { isGood: true, isGoodFromSchedule: true, isGoodAsAiperf: true };
const BAD = { isGood: false, isGoodFromSchedule: false, isGoodAsAiperf: false };

type Fields = Partial<RequestRecord>;

function row(index: number, dueMs: number, outcome: RequestRecord['outcome'], fields: Fields) {
  const asked = { input_tokens_asked: 100, output_tokens_asked: 8 };
  return {
    schema_version: 1 as const,
    row: index,
    outcome,
    due_ns: ms(dueMs),
    ...asked,
    ...fields,
  };
}

/** An ok row whose tokens were counted by usage and are as many as asked for. */
function ok(
  index: number,
  [dueMs, sentMs, ...contentMs]: readonly [due: number, sent: number, ...content: number[]],
  tokens: number,
  fields: Fields = {},
): RequestRecord {
  const content = allMs(...contentMs);
  return row(index, dueMs, 'ok', {
    dispatched_ns: ms(sentMs),
    sent_ns: ms(sentMs),
    content_ns: content,
    end_ns: (content.at(-1) ?? 0) + ms(1),
    http_status: 200,
    finish_reason: 'length',
    output_tokens_asked: tokens,
    output_tokens: tokens,
    output_tokens_by: 'usage',
    ...fields,
  });
}

/** Figures of an ok row, in ms: from sent, from due, lag. */
function values(
  [ttft, itl, latency]: readonly [ttft: number, itl: number | undefined, latency: number],
  [ttftFromDue, latencyFromDue]: readonly [ttft: number, latency: number],
  lag: number,
): Golden['valuesNs'] {
  return {
    time_to_first_token: ms(ttft),
    ...(itl !== undefined && { inter_token_latency: ms(itl) }),
    request_latency: ms(latency),
    time_to_first_token_from_schedule: ms(ttftFromDue),
    request_latency_from_schedule: ms(latencyFromDue),
    schedule_lag: ms(lag),
  };
}

export const GOLDEN_RECORDS: readonly Golden[] = [
  {
    // 130.1 − 100.1 = 30 over 3 gaps of 4 tokens.
    title: 'one token a chunk',
    record: ok(0, [0, 0.1, 100.1, 110.1, 120.1, 130.1], 4, {
      prompt_tokens: 107,
      cached_tokens: 64,
      server_timing: { request_received_ms: 1_767_323_045_679, kv_hit_rate: 0.25 },
    }),
    valuesNs: values([100, 10, 130], [100.1, 130.1], 0.1),
    gapsNs: allMs(10, 10, 10),
    verdict: GOOD,
  },
  {
    // No gap, so nothing for the limit on gaps to forbid; aiperf forbids it.
    title: 'a single token',
    record: ok(1, [10, 10.1, 60.1], 1, { prompt_tokens: 107 }),
    valuesNs: values([50, undefined, 50], [50.1, 50.1], 0.1),
    gapsNs: [],
    verdict: { ...GOOD, isGoodAsAiperf: false },
  },
  {
    // 50 ms over 20 gaps of 21 tokens, though only one gap between chunks.
    title: 'several tokens in a chunk',
    record: ok(2, [20, 20.1, 70.1, 120.1], 21, {
      content_tokens: [1, 20],
      prompt_tokens: 108,
      cached_tokens: 0,
      server_timing: { kv_hit_rate: 0 },
    }),
    valuesNs: values([50, 2.5, 100], [50.1, 100.1], 0.1),
    gapsNs: allMs(50),
    verdict: GOOD,
  },
  {
    // Reasoning is content: the first token is at 130.2, not at the answer's 150.2.
    title: 'reasoning before the answer, and no [DONE]',
    record: ok(3, [30, 30.2, 130.2, 140.2, 150.2], 3, {
      first_answer: 2,
      reasoning_tokens: 2,
      notes: ['done_missing'],
    }),
    valuesNs: values([100, 10, 120], [100.2, 120.2], 0.2),
    gapsNs: allMs(10, 10),
    verdict: GOOD,
  },
  {
    title: 'a failure after two tokens',
    record: row(4, 40, 'failed', {
      sent_ns: ms(40.1),
      content_ns: allMs(90.1, 100.1),
      end_ns: ms(101),
      http_status: 200,
      output_tokens: 2,
      output_tokens_by: 'chunks',
      failure: { class: 'in_stream_error', code: '500', message: 'worker died' },
    }),
    valuesNs: { schedule_lag: ms(0.1) },
    gapsNs: [],
    verdict: BAD,
  },
  {
    // Fast, but 2 tokens where 5 were asked for; aiperf does not look.
    title: 'another length than asked for',
    record: ok(5, [50, 50.1, 100.1, 110.1], 2, {
      finish_reason: 'stop',
      output_tokens_asked: 5,
      length_mismatch: true,
    }),
    valuesNs: values([50, 10, 60], [50.1, 60.1], 0.1),
    gapsNs: allMs(10),
    verdict: { ...BAD, isGoodAsAiperf: true },
  },
  {
    title: 'aborted after its first token',
    record: row(6, 60, 'aborted_inflight', {
      sent_ns: ms(60.1),
      content_ns: allMs(160.1),
      end_ns: ms(500),
    }),
    valuesNs: { schedule_lag: ms(0.1) },
    gapsNs: [],
    verdict: BAD,
  },
  {
    title: 'never sent',
    record: row(7, 70, 'not_sent', {}),
    valuesNs: {},
    gapsNs: [],
    verdict: BAD,
  },
  {
    // Three chunks stand for three tokens.
    title: 'no usage from the server',
    record: ok(8, [80, 80.1, 130.1, 140.1, 150.1], 3, {
      output_tokens_by: 'chunks',
      notes: ['usage_missing'],
    }),
    valuesNs: values([50, 10, 70], [50.1, 70.1], 0.1),
    gapsNs: allMs(10, 10),
    verdict: GOOD,
  },
  {
    title: 'timed out before the first token',
    record: row(9, 90, 'failed', {
      sent_ns: ms(90.1),
      end_ns: ms(1090.1),
      failure: { class: 'timed_out', phase: 'first_token' },
    }),
    valuesNs: { schedule_lag: ms(0.1) },
    gapsNs: [],
    verdict: BAD,
  },
  {
    // 330 − 180 keeps the limit of 200, 330 − 100 does not.
    title: 'sent late, after waiting for a socket',
    record: ok(10, [100, 180, 330, 340], 2, { socket_wait_ns: ms(75), socket_new: false }),
    valuesNs: { ...values([150, 10, 160], [230, 240], 80), socket_wait: ms(75) },
    gapsNs: allMs(10),
    verdict: { ...GOOD, isGoodFromSchedule: false },
  },
  {
    // 200 and 40 over 2 gaps: a value equal to its limit keeps it; 200.1 from due does not.
    title: 'exactly at both limits',
    record: ok(11, [110, 110.1, 310.1, 350.1], 3),
    valuesNs: values([200, 20, 240], [200.1, 240.1], 0.1),
    gapsNs: allMs(40),
    verdict: { ...GOOD, isGoodFromSchedule: false },
  },
  {
    // 40,000,001 ns over 2 gaps is 20,000,000.5 ns: above the limit by half a nanosecond.
    title: 'over the limit by one nanosecond in two gaps',
    record: ok(12, [120, 120, 170, 210.000001], 3),
    valuesNs: values([50, 20.000001, 90.000001], [50, 90.000001], 0),
    gapsNs: [40_000_001],
    verdict: BAD,
  },
  {
    // Two gaps under 50 µs; 10 ms over 3 gaps is 3,333,333.3 ns.
    title: 'chunks read together, on a new socket',
    record: ok(13, [130, 130.1, 180.1, 180.1, 180.11, 190.1], 4, {
      socket_new: true,
      connect_started_ns: ms(130.01),
      connected_ns: ms(130.06),
    }),
    valuesNs: { ...values([50, 3.333333, 60], [50.1, 60.1], 0.1), connect_time: ms(0.05) },
    gapsNs: allMs(0, 0.01, 9.99),
    verdict: GOOD,
  },
  {
    title: 'refused before anything was sent',
    record: row(14, 140, 'failed', {
      end_ns: ms(141),
      failure: { class: 'refused', code: 'ECONNREFUSED' },
    }),
    valuesNs: {},
    gapsNs: [],
    verdict: BAD,
  },
  {
    title: 'a status other than 200',
    record: row(15, 150, 'failed', {
      sent_ns: ms(150.1),
      end_ns: ms(160),
      http_status: 529,
      failure: { class: 'http_status', code: '529', message: 'overloaded' },
    }),
    valuesNs: { schedule_lag: ms(0.1) },
    gapsNs: [],
    verdict: BAD,
  },
];
