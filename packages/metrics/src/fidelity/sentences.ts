import { CATALOG } from '../record/catalog.ts';
import { formatDecimal, formatMeasure, formatShare, formatShort } from '../values/units.ts';
import type { JudgedFigure, LatencyClaimTag, Reason } from '../schemas/fidelity.ts';

/** What a reason says to a person: what was seen, and what to do about it. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case 'latency_error': {
      const { claim, figure, value_ms: valueMs, error_ms: errorMs } = reason;
      const share = formatShare(errorMs, Math.max(valueMs, errorMs));
      return (
        `${labelOf(claim)}: our own error is up to ${ms(errorMs)} at ${FIGURES[figure]},` +
        ` ${share} of the ${ms(valueMs)} reported.`
      );
    }
    case 'error_unknown':
      return (
        'How late our stamps were is not known: the run had' +
        ` ${formatDecimal(reason.stamps)} canary stamps and needs 20.`
      );
    case 'schedule_lag': {
      const { figure, lag_ms: lagMs, mean_gap_ms: gapMs } = reason;
      const gap = gapMs === undefined ? '' : `, where the trace has a gap of ${ms(gapMs)}`;
      return `Requests left ${ms(lagMs)} late at ${FIGURES[figure]}${gap}.`;
    }
    case 'goodput_flips':
      return (
        `${rows(reason.flippable)} of ${formatDecimal(reason.rows)} could be good or not:` +
        ` they lie within our own error of ${ms(reason.error_ms)} of a limit.`
      );
    case 'sent_early':
      return `A request left ${ms(-reason.earliest_ms)} before it was due, which is a bug of ours.`;
    case 'socket_wait':
      return (
        `${rows(reason.rows)} waited up to ${ms(reason.longest_ms)} for a socket.` +
        ' Raise --max-connections.'
      );
    case 'rows_not_sent':
      return `${rows(reason.rows)} of ${formatDecimal(reason.total)} were not sent.`;
    case 'shards_missing':
      return (
        `${formatDecimal(reason.missing)} of ${formatDecimal(reason.count)} shards did not end:` +
        ' how well they measured is not known.'
      );
    case 'local_limit':
      return (
        `${rows(reason.rows)} of ${formatDecimal(reason.total)} failed because this machine had no` +
        ' descriptor or port left. Raise ulimit -n, or net.ipv4.ip_local_port_range.'
      );
    case 'length_mismatch':
      return (
        `${formatShare(reason.rows, reason.ok)} of the answers have another length than asked for,` +
        ' so the server did other work than the trace says.'
      );
    case 'stall':
      return (
        `A loop that sends and reads stood still for ${ms(reason.longest_ms)}` +
        ` (${SEEN_BY[reason.seen_by]})${ofItWaiting(reason.waited_ms)}.`
      );
    case 'cpu_short':
      return (
        `The replay used ${formatShort(reason.cores_used, 2)} of the` +
        ` ${formatShort(reason.cores_allowed, 2)} cores it may use. Give it more.`
      );
    case 'run_queue_wait':
      return (
        `A thread that sends and reads waited for a core for ${ms(reason.wait_ms)},` +
        ` ${formatShare(reason.wait_ms, reason.observed_ms)} of the run: something else uses the CPU.`
      );
    case 'throttled':
      return (
        `The container was throttled ${formatDecimal(reason.throttled_periods)} times,` +
        ` for ${ms(reason.throttled_ms)} altogether. Raise its CPU limit, or take it away.`
      );
    case 'descriptors':
      return (
        `At the peak ${formatDecimal(reason.peak_open)} of ${formatDecimal(reason.limit)}` +
        ' descriptors were open. Raise ulimit -n.'
      );
    case 'clock_step':
      return (
        `The wall clock was moved by ${ms(reason.step_ms)} during the run. Latencies are from the` +
        ' monotonic clock; times of day are not to be trusted.'
      );
    case 'suspended':
      return `The machine slept for ${ms(reason.suspended_ms)} during the run.`;
  }
}

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

function ofItWaiting(waitedMs: number | undefined): string {
  if (waitedMs === undefined) return '';
  return `, for up to ${ms(waitedMs)} of it because its thread had no core`;
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${formatDecimal(count)} rows`;
}

function ms(value: number): string {
  return `${formatMeasure(value)} ms`;
}
