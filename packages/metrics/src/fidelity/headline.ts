import type {
  Claims,
  LatencyClaimTag,
  Reason,
  ServerReason,
  Verdict,
} from '../schemas/fidelity.ts';
import { worstVerdict } from './judge-claims.ts';

type AnyReason = Reason | ServerReason;

/** The latencies that a run is made for. Those beside them get a mark and do not decide. */
const HEADLINE_LATENCIES = [
  'time_to_first_token',
  'inter_token_latency',
  'request_latency',
] as const satisfies readonly LatencyClaimTag[];

/** What can harm the measurement and is no error itself: the harm shows in the other kinds. */
const CONDITIONS: ReadonlySet<AnyReason['kind']> = new Set([
  ...(['stall', 'cpu_short', 'run_queue_wait', 'throttled', 'descriptors'] as const),
  ...(['clock_step', 'suspended'] as const),
]);

/** Whether a reason concerns what the run is for: the load, goodput or a headline latency. */
export function concernsHeadline(reason: AnyReason): boolean {
  if (reason.kind === 'latency_error') {
    return HEADLINE_LATENCIES.some((tag) => tag === reason.claim);
  }
  return !CONDITIONS.has(reason.kind);
}

/** The reason with the word whether it decides, unless that was known before. */
export function withDecision<Each extends AnyReason>(reason: Each): Each {
  return { ...reason, decides: reason.decides ?? concernsHeadline(reason) };
}

/** The verdict of a run by its headline alone. */
export function headlineVerdict(claims: Claims, reasons: readonly AnyReason[]): Verdict {
  const { schedule, goodput } = claims;
  const decisive = [...HEADLINE_LATENCIES.map((tag) => claims[tag]), schedule, goodput];
  return worstVerdict([
    ...decisive.flatMap((claim) => claim?.verdict ?? []),
    ...reasons.flatMap(({ decides, verdict }) => (decides === true ? verdict : [])),
  ]);
}
