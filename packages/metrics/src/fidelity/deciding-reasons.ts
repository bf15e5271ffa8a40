import { describeReason } from './sentences.ts';
import type { Fidelity, Reason, ServerReason } from '../schemas/fidelity.ts';

type AnyReason = Reason | ServerReason;

/** A reason for the verdict of a run, as a report says it. */
export interface DecidingReason {
  readonly reason: AnyReason;
  /** The numbers, as whole sentences. */
  readonly text: string;
  /** The next step, as a whole sentence. Absent if the text says it, or an earlier reason does. */
  readonly advice?: string;
}

/** The load first, then the decisions about rows, then the figures. */
const ORDER: readonly AnyReason['kind'][] = [
  ...(['sent_early', 'rows_not_sent', 'shards_missing', 'local_limit', 'schedule_lag'] as const),
  ...(['socket_wait', 'length_mismatch', 'goodput_flips', 'latency_error'] as const),
  ...(['not_measurable', 'prompt_drift', 'error_unknown'] as const),
];

/**
 * Why a measurement is not valid: the most important reasons that decide, with the next step.
 *
 * @param most number of reasons at most
 * @returns nothing for a valid run
 */
export function decidingReasons(fidelity: Fidelity, most = 3): readonly DecidingReason[] {
  const deciding = [...fidelity.reasons, ...(fidelity.server_reasons ?? [])]
    .filter(({ decides = true }) => decides)
    .toSorted((a, b) => rankOf(a) - rankOf(b));
  const said = new Set<string>();
  return deciding.slice(0, most).map((reason) => {
    const text = describeReason(reason);
    const advice = NEEDS_ADVICE.has(reason.kind) ? adviceFor(fidelity) : undefined;
    if (advice === undefined || said.has(advice)) return { reason, text };
    said.add(advice);
    return { reason, text, advice };
  });
}

/** An invalid reason stands before a degraded one. */
function rankOf({ kind, verdict }: AnyReason): number {
  const place = ORDER.indexOf(kind);
  // A kind without a place comes last; runs of earlier releases have such.
  const rank = place < 0 ? ORDER.length : place;
  return rank + (verdict === 'invalid' ? 0 : ORDER.length + 1);
}

/** The kinds whose cause is elsewhere; the others name the next step themselves. */
const NEEDS_ADVICE: ReadonlySet<AnyReason['kind']> = new Set([
  'schedule_lag',
  'goodput_flips',
  'latency_error',
]);

/** A loop that is busy for this share of the time makes what it reads wait. */
const BUSY_SHARE = 0.7;

function adviceFor({ reasons, inputs }: Fidelity): string {
  const seen = new Set(reasons.map(({ kind }) => kind));
  const { loops, host } = inputs;
  if (seen.has('socket_wait')) return 'Raise --max-connections.';
  if (seen.has('suspended')) return 'Keep the machine awake during the run.';
  if (seen.has('throttled')) return 'Raise the CPU limit of the container, or take it away.';
  if (seen.has('cpu_short')) {
    return 'Give the client more cores, send fewer streams, or split the run with --shard.';
  }
  if (seen.has('run_queue_wait')) {
    return 'Something else uses the CPU: move the client to a machine of its own, or give it more cores.';
  }
  const hasSpareCore = (host?.cpu?.cores_allowed ?? 0) >= (host?.cpu?.cores_used ?? 0) + 1;
  if ((loops?.utilization ?? 0) >= BUSY_SHARE && hasSpareCore) {
    return `Raise --workers above ${loops?.loops ?? 1}.`;
  }
  return 'Send fewer streams (a lower --speedup), give the client more cores, or split the run with --shard.';
}
