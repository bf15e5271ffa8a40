import type { RunStatus, Summary } from '../schemas/summary.ts';
import type { Reason, ServerReason } from '../schemas/fidelity.ts';
import { longestStallOf } from './judge-claims.ts';
import type { Readings } from '../schemas/readings.ts';

/** What the run's accounting says, as far as the verdict asks. */
export type RunFacts = Pick<Summary, 'rows' | 'failures' | 'metrics'> & {
  readonly status: RunStatus;
  readonly prompt?: Summary['prompt'];
  readonly notMeasurable?: Summary['not_measurable'];
};

const STALL_MS = 100;
const MISMATCH_SHARE = 0.01;
/** More rows than this that never left are a load that was not delivered. */
const LOST_SHARE = 0.01;
/** A prompt whose length moves by less changes no figure by more. */
const DRIFT_SHARE = 0.02;
const CPU_SHARE = 0.9;
/** From here on a wait for a core explains errors that were measured; from there on it is one. */
const WAIT_EXPLAINS_SHARE = 0.02;
const WAIT_DEGRADES_SHARE = 0.1;
const THROTTLED_SHARE = 0.001;
const SPARE_DESCRIPTORS = 64;
const CLOCK_STEP_MS = 100;
/** A clock that is slewed, not stepped, moves by at most this share of the time. */
const SLEW_SHARE = 0.0005;

/** What lowers the verdict of the whole run beyond its claims, which may have their cause here. */
export function runReasons(
  facts: RunFacts,
  readings: Readings,
  ofClaims: readonly Reason[],
): readonly Reason[] {
  const isLate = ofClaims.some(({ kind }) => kind === 'latency_error' || kind === 'schedule_lag');
  return [...accountingReasons(facts), ...loopReasons(readings, isLate), ...hostReasons(readings)];
}

export function accountingReasons({ rows, failures, metrics, status }: RunFacts): Reason[] {
  const { total, ok, not_sent: notSent, length_mismatch: mismatches } = rows;
  const reasons: Reason[] = [];
  const earliestMs = metrics.schedule_lag?.min ?? 0;
  if (earliestMs < 0) {
    reasons.push({ kind: 'sent_early', verdict: 'invalid', earliest_ms: earliestMs });
  }
  const undelivered = (lost: number) => (lost > LOST_SHARE * total ? 'invalid' : 'degraded');
  if (notSent > 0 && status !== 'stopped') {
    reasons.push({ kind: 'rows_not_sent', verdict: undelivered(notSent), rows: notSent, total });
  }
  const limited = failures.local_limit ?? 0;
  if (limited > 0) {
    reasons.push({ kind: 'local_limit', verdict: undelivered(limited), rows: limited, total });
  }
  if (mismatches > MISMATCH_SHARE * ok) {
    reasons.push({ kind: 'length_mismatch', verdict: 'degraded', rows: mismatches, ok });
  }
  return reasons;
}

/** What lowers the verdict because of the server's own words. */
export function serverReasons({ prompt, notMeasurable }: RunFacts): ServerReason[] {
  const reasons: ServerReason[] = [];
  if (notMeasurable !== undefined) {
    const { figures } = notMeasurable;
    reasons.push({ kind: 'not_measurable', verdict: 'degraded', figures });
  }
  if (prompt !== undefined && prompt.drift.min !== prompt.drift.max) {
    const { min: least, max: most } = prompt.drift;
    const { rows, requested } = prompt;
    const decides = most - least > (DRIFT_SHARE * requested) / rows;
    reasons.push({ kind: 'prompt_drift', verdict: 'degraded', decides, least, most, rows });
  }
  return reasons;
}

function loopReasons({ loops }: Readings, isLate: boolean): Reason[] {
  if (loops === undefined) return [];
  const reasons: Reason[] = [];
  const stall = longestStallOf(loops);
  if (stall.longest_ms >= STALL_MS) {
    reasons.push({ kind: 'stall', verdict: 'degraded', ...stall });
  }
  const waitMs = loops.run_queue?.wait_ms ?? 0;
  if (waitMs > (isLate ? WAIT_EXPLAINS_SHARE : WAIT_DEGRADES_SHARE) * loops.observed_ms) {
    const observed = { wait_ms: waitMs, observed_ms: loops.observed_ms };
    reasons.push({ kind: 'run_queue_wait', verdict: 'degraded', ...observed });
  }
  return reasons;
}

function hostReasons({ host }: Readings): Reason[] {
  if (host === undefined) return [];
  const { cpu, throttling, descriptors } = host;
  const reasons: Reason[] = [];
  if (cpu !== undefined && cpu.cores_used >= CPU_SHARE * cpu.cores_allowed) {
    reasons.push({ kind: 'cpu_short', verdict: 'degraded', ...cpu });
  }
  const { throttled_ms = 0, throttled_periods = 0 } = throttling ?? {};
  if (throttled_ms > 0 && throttled_ms >= THROTTLED_SHARE * host.observed_ms) {
    const observed = { throttled_ms, throttled_periods, observed_ms: host.observed_ms };
    reasons.push({ kind: 'throttled', verdict: 'degraded', ...observed });
  }
  if (descriptors !== undefined && descriptors.limit - descriptors.peak_open < SPARE_DESCRIPTORS) {
    reasons.push({ kind: 'descriptors', verdict: 'degraded', ...descriptors });
  }
  return [...reasons, ...clockReasons(host)];
}

/** A sleep of the monotonic clock moves the wall clock against it, which is then no step. */
function clockReasons({
  clocks,
  observed_ms: observedMs,
}: NonNullable<Readings['host']>): Reason[] {
  if (clocks === undefined) return [];
  const { drift_ms: drift, largest_step_ms: step, suspended_ms: suspendedMs = 0 } = clocks;
  const reasons: Reason[] = [];
  const isAsleep = suspendedMs > CLOCK_STEP_MS;
  if (isAsleep) {
    reasons.push({ kind: 'suspended', verdict: 'degraded', suspended_ms: suspendedMs });
  }
  const asleepMs = isAsleep ? suspendedMs : 0;
  const driftLimitMs = Math.max(CLOCK_STEP_MS, SLEW_SHARE * observedMs);
  const isDrifted = Math.abs(drift - asleepMs) > driftLimitMs;
  const isStepped = Math.abs(step) > CLOCK_STEP_MS + asleepMs;
  if (isDrifted || isStepped) {
    const step_ms = Math.abs(step) > Math.abs(drift) ? step : drift - asleepMs;
    reasons.push({ kind: 'clock_step', verdict: 'degraded', step_ms });
  }
  return reasons;
}
