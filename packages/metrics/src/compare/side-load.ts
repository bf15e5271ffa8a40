import { NS_PER_SECOND } from '../values/units.ts';
import type { ComparedRun, ComparedSide } from './compared-run.ts';
import type { ComparedValue, SideLoad } from '../schemas/comparison.ts';
import { hasGrownAllAlong, medianTtftMs, waitingAtQuarters } from './queue-growth.ts';

/**
 * How a deployment coped with what it was offered, over all its runs.
 *
 * @param uncompared metrics that are not measured alike, whose limits say nothing
 */
export function sideLoadOf(
  { runs }: ComparedSide,
  uncompared: ReadonlySet<string> = new Set(),
): SideLoad {
  const objectives = runs[0]?.objectives ?? [];
  const quarters = runs.map(quartersOf);
  return {
    offered_per_second: meanOf(runs.map(offeredPerSecond)),
    served_per_second: meanOf(runs.map(({ summary }) => summary.rates.requests_per_second)),
    peak_in_flight: Math.max(0, ...runs.map(({ load }) => load.peakInFlight)),
    ttft_first_quarter_ms: valueOf(meanOf(quarters.map(({ first }) => first))),
    ttft_last_quarter_ms: valueOf(meanOf(quarters.map(({ last }) => last))),
    waiting_rows: waitingOf(runs),
    queue_grew: runs.every(({ rows }) => hasGrownAllAlong(rows)) || undefined,
    cached_share: cachedShareOf(runs),
    ...predictedSharesOf(runs),
    router_hit_rate: hitRateOf(runs),
    beyond_limit: objectives.flatMap(({ metric }, place) =>
      uncompared.has(metric)
        ? []
        : [{ metric, rows: sum(runs.map(({ load }) => load.beyondLimit[place] ?? 0)) }],
    ),
    prefill_wait_ms: meanOf(runs.map(({ load }) => load.prefillWaitMs)),
    prefill_ms: meanOf(runs.map(({ load }) => load.prefillMs)),
  };
}

/** At the end of each quarter of the schedule, mean over the runs. */
function waitingOf(runs: readonly ComparedRun[]): number[] | undefined {
  const each = runs.map(({ rows }) => waitingAtQuarters(rows));
  if (each.some((waiting) => waiting === undefined)) return undefined;
  return [0, 1, 2, 3].map((quarter) => sum(each.map((one) => one![quarter]!)) / runs.length);
}

function cachedShareOf(runs: readonly ComparedRun[]): number | undefined {
  const cache = runs.flatMap(({ summary }) => summary.cache?.observed ?? []);
  const asked = sum(cache.map((one) => one.prompt_tokens));
  return asked === 0 ? undefined : sum(cache.map((one) => one.cached_tokens)) / asked;
}

/** Of the prompt tokens, by the conditions of the first run; those of the others are the same. */
function predictedSharesOf([run]: readonly ComparedRun[]) {
  const { predicted, expected } = run?.summary.cache ?? {};
  const asked = predicted?.prompt_tokens ?? 0;
  const share = (tokens: number | undefined) =>
    tokens === undefined || asked === 0 ? undefined : tokens / asked;
  return {
    cache_ceiling_share: share(predicted?.cached_tokens),
    cache_expected_kv_aware_share: share(expected?.kv_aware.cached_tokens),
    cache_expected_round_robin_share: share(expected?.round_robin.cached_tokens),
  };
}

/** Mean over the rows whose rate the router told. */
function hitRateOf(runs: readonly ComparedRun[]): number | undefined {
  const told = runs.flatMap(({ summary }) => summary.cache?.router ?? []);
  const rows = sum(told.map((one) => one.rows));
  return rows === 0 ? undefined : sum(told.map((one) => one.rows * one.mean_hit_rate)) / rows;
}

/** Rows due a second, from the first due to the last. */
function offeredPerSecond({ rows }: ComparedRun): number | undefined {
  let [firstNs, lastNs] = [Infinity, -Infinity];
  for (const { dueNs } of rows) {
    firstNs = Math.min(firstNs, dueNs);
    lastNs = Math.max(lastNs, dueNs);
  }
  return lastNs > firstNs ? ((rows.length - 1) * NS_PER_SECOND) / (lastNs - firstNs) : undefined;
}

/** Medians of the time to first token over the first and the last quarter of the rows. */
function quartersOf({ rows }: ComparedRun) {
  const inOrder = rows.toSorted((a, b) => a.dueNs - b.dueNs);
  const quarter = Math.floor(inOrder.length / 4);
  if (quarter < 20) return { first: undefined, last: undefined };
  return {
    first: medianTtftMs(inOrder.slice(0, quarter)),
    last: medianTtftMs(inOrder.slice(-quarter)),
  };
}

function valueOf(ms: number | undefined): ComparedValue | undefined {
  return ms === undefined || Number.isFinite(ms) ? ms : 'infinite';
}

/** Mean of what is known; `undefined` unless all of it is. */
function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 || known.length < values.length ? undefined : sum(known) / known.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
