import { CATALOG } from '../record/catalog.ts';
import { formatDecimal, formatMeasure, formatShare, formatShort } from '../values/units.ts';
import type { JudgedFigure, LatencyClaimTag, Reason, ServerReason } from '../schemas/fidelity.ts';

type AnyReason = Reason | ServerReason;

/** What a reason says to a person: what was seen, and what to do about it. */
export function describeReason(reason: AnyReason): string {
  return (SENTENCES[reason.kind] as (reason: AnyReason) => string)(reason);
}

const SENTENCES: {
  readonly [Kind in AnyReason['kind']]: (reason: Extract<AnyReason, { kind: Kind }>) => string;
} = {
  prompt_drift: ({ least, most, rows: counted }) =>
    `The server counts prompts differently by row: ${signed(least)} to ${signed(most)} tokens in` +
    ` ${rows(counted)}. Its tokenizer is none of those for which prompts are exact, or prompts are` +
    ' cut or joined on the way. Try --prompt token-ids.',
  not_measurable: ({ figures }) =>
    `Not measurable in this run: ${figures.map((figure) => UNMEASURED[figure]).join(' and ')}.`,
  latency_error: ({ claim, figure, value_ms: valueMs, error_ms: errorMs }) =>
    `${labelOf(claim)}: the measurement error is up to ${ms(errorMs)} at ${FIGURES[figure]},` +
    ` ${formatShare(errorMs, Math.max(valueMs, errorMs))} of the ${ms(valueMs)} reported.`,
  error_unknown: ({ stamps }) =>
    'How late our stamps were is not known: the run had' +
    ` ${formatDecimal(stamps)} canary stamps and needs 20.`,
  schedule_lag: (reason) => {
    const { decides, lag_ms: lagMs, figure, mean_gap_ms: gapMs } = reason;
    const { late_rows: late, limit_ms: limitMs, rows: sent, longest_ms: longestMs } = reason;
    if (decides && late !== undefined && limitMs !== undefined && sent !== undefined) {
      const latest = longestMs === undefined ? '' : `, the latest ${ms(longestMs)}`;
      return `${formatDecimal(late)} of ${rows(sent)} left more than ${ms(limitMs)} late${latest}.`;
    }
    const gap = gapMs === undefined ? '' : `, where the trace has a gap of ${ms(gapMs)}`;
    return `Requests left ${ms(lagMs)} late at ${FIGURES[figure]}${gap}.`;
  },
  goodput_flips: ({ flippable, rows: total, error_ms: errorMs }) =>
    `${rows(flippable)} of ${formatDecimal(total)} could be good or not: they lie within the` +
    ` measurement error of a limit, ${ms(errorMs)} or a stall of the client.`,
  sent_early: ({ earliest_ms: earliestMs }) =>
    `A request left ${ms(-earliestMs)} before it was due, which is a bug of ours.`,
  socket_wait: ({ rows: waited, longest_ms: longestMs }) =>
    `${rows(waited)} waited up to ${ms(longestMs)} for a socket. Raise --max-connections.`,
  rows_not_sent: ({ rows: notSent, total }) =>
    `${rows(notSent)} of ${formatDecimal(total)} were not sent.`,
  shards_missing: ({ missing, count }) =>
    `${formatDecimal(missing)} of ${formatDecimal(count)} shards did not end:` +
    ' how well they measured is not known.',
  local_limit: ({ rows: limited, total }) =>
    `${rows(limited)} of ${formatDecimal(total)} failed because this machine had no` +
    ' descriptor or port left. Raise ulimit -n, or net.ipv4.ip_local_port_range.',
  length_mismatch: ({ rows: mismatches, ok }) =>
    `${formatShare(mismatches, ok)} of the answers have another length than asked for,` +
    ' so the server did other work than the trace says.',
  stall: ({ longest_ms: longestMs, seen_by: seenBy, waited_ms: waitedMs }) => {
    const waiting = `, for up to ${ms(waitedMs ?? 0)} of it because its thread had no core`;
    return (
      `A loop that sends and reads stood still for ${ms(longestMs)}` +
      ` (${SEEN_BY[seenBy]})${waitedMs === undefined ? '' : waiting}.`
    );
  },
  cpu_short: ({ cores_used: used, cores_allowed: allowed }) =>
    `The replay used ${formatShort(used, 2)} of the` +
    ` ${formatShort(allowed, 2)} cores it may use. Give it more.`,
  run_queue_wait: ({ wait_ms: waitMs, observed_ms: observedMs }) =>
    `A thread that sends and reads waited for a core for ${ms(waitMs)},` +
    ` ${formatShare(waitMs, observedMs)} of the run: something else uses the CPU.`,
  throttled: ({ throttled_periods: periods, throttled_ms: throttledMs }) =>
    `The container was throttled ${formatDecimal(periods)} times,` +
    ` for ${ms(throttledMs)} altogether. Raise its CPU limit, or take it away.`,
  descriptors: ({ limit, peak_open: peakOpen }) =>
    `At the peak ${formatDecimal(peakOpen)} of ${formatDecimal(limit)}` +
    ' descriptors were open. Raise ulimit -n.',
  clock_step: ({ step_ms: stepMs }) =>
    `The wall clock was moved by ${ms(stepMs)} during the run. Latencies are from the` +
    ' monotonic clock; times of day are not to be trusted.',
  suspended: ({ suspended_ms: suspendedMs }) =>
    `The machine slept for ${ms(suspendedMs)} during the run.`,
};

const FIGURES: Readonly<Record<JudgedFigure, string>> = {
  mean: 'the mean',
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
};

const SEEN_BY = {
  receive_error: 'canary',
  loop_delay: 'event-loop delay',
  gc: 'garbage collection',
} as const;

function labelOf(claim: LatencyClaimTag): string {
  return CATALOG.find(({ tag }) => tag === claim)?.label ?? claim;
}

const UNMEASURED = { inter_token_latency: 'inter-token latency', goodput: 'goodput' } as const;

function signed(tokens: number): string {
  return `${tokens > 0 ? '+' : ''}${formatDecimal(tokens)}`;
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${formatDecimal(count)} rows`;
}

function ms(value: number): string {
  return `${formatMeasure(value)} ms`;
}
