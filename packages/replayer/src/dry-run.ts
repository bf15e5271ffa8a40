import type { Objective } from '@trace-replay/metrics';
import { quantileOf, type LogCounts } from '@trace-replay/metrics/internal';

import { BodyBuilder } from './body/body-builder.ts';
import type { Plan } from './plan.ts';
import { buildOptionsOf } from './ready.ts';
import { type Misfit, misfitsOf } from './self-check/fit/plan-fit.ts';
import {
  type AssumedTimes,
  type PlannedLoad,
  plannedLoad,
  type RowLengths,
} from './self-check/fit/planned-load.ts';
import { type Machine, measureMachine } from './self-check/fit/this-machine.ts';
import type { CacheExpectation } from './scan/expect-cache.ts';
import { followRows } from './scan/follow.ts';
import type { CachePrediction } from './scan/predict-cache.ts';
import type { TraceRow } from './trace/row.ts';

/** A lateness in milliseconds. */
export interface TimerFigures {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What a replay would ask for, what this machine has, and whether the one fits into the other. */
export interface DryRun {
  readonly assumed: AssumedTimes;
  readonly load: PlannedLoad;
  readonly machine: Omit<Machine, 'timerLateness' | 'receiveError'> & {
    readonly timer?: TimerFigures;
    readonly receiveError?: TimerFigures;
  };
  readonly misfits: readonly Misfit[];
  /** Prefix cache hits of the selected rows, in a server that is cold at first. */
  readonly cache: {
    /** In a cache without a limit: the ceiling. Absent if the trace has too many prefixes. */
    readonly ceiling?: CachePrediction;
    /** In the caches that the options describe. Absent if they do not. */
    readonly expected?: CacheExpectation;
  };
}

export interface DryRunOptions {
  readonly objectives: readonly Objective[];
  /** Bytes of bodies that may wait for their due time. */
  readonly windowBytes?: number;
  readonly measureMs?: number;
}

const SAMPLED_BODIES = 16;

/**
 * Reads the rows, works out the load, measures this machine, and closes the trace; sends nothing.
 *
 * @throws {TraceError} if the trace changed since the plan was made
 */
export async function dryRun(
  plan: Plan,
  { objectives, windowBytes = 32 * 1024 * 1024, measureMs = 1500 }: DryRunOptions,
): Promise<DryRun> {
  const { schedule, targets, scan } = plan;
  try {
    const { lengths, bytesPerToken } = await readLengths(plan);
    const assumed = assumedTimes(objectives);
    const load = plannedLoad(schedule, lengths, assumed, bytesPerToken);
    const machine = await measureMachine(measureMs);
    const misfits = misfitsOf(load, machine, { targets: targets.length, windowBytes });
    const { timerLateness, receiveError, ...told } = machine;
    const timer = figuresOf(timerLateness);
    const canary = figuresOf(receiveError);
    return {
      assumed,
      load,
      machine: { ...told, ...(timer && { timer }), ...(canary && { receiveError: canary }) },
      misfits,
      cache: {
        ...(scan.cachePrediction && { ceiling: scan.cachePrediction }),
        ...(scan.cacheExpectation && { expected: scan.cacheExpectation }),
      },
    };
  } finally {
    await plan.source.close();
  }
}

/** Every row takes as long as its objectives allow. */
export function assumedTimes(objectives: readonly Objective[]): AssumedTimes {
  const limitMs = (metric: Objective['metric']) =>
    objectives.find((each) => each.metric === metric)?.limitMs;
  return {
    firstTokenMs: limitMs('time_to_first_token') ?? 0,
    perTokenMs: limitMs('inter_token_latency') ?? 50,
    longestMs: limitMs('request_latency'),
  };
}

async function readLengths(plan: Plan): Promise<{ lengths: RowLengths; bytesPerToken: number }> {
  const { source, scan, schedule, options } = plan;
  const inputTokens = new Float64Array(schedule.ownCount);
  const outputTokens = new Float64Array(schedule.ownCount);
  const sample: TraceRow[] = [];
  const sampleEvery = Math.ceil(schedule.ownCount / SAMPLED_BODIES);
  let own = 0;
  for await (const rows of followRows(source, scan, schedule, options)) {
    for (const row of rows) {
      inputTokens[own] = row.inputLength;
      outputTokens[own] = row.outputLength;
      if (own % sampleEvery === 0) sample.push(row);
      own++;
    }
  }
  return { lengths: { inputTokens, outputTokens }, bytesPerToken: bytesPerTokenOf(sample, plan) };
}

function bytesPerTokenOf(rows: readonly TraceRow[], { options }: Plan): number {
  const builder = new BodyBuilder(buildOptionsOf(options, options.model ?? 'model', false));
  const bytes = rows.reduce((sum, row) => sum + builder.ofRow(row).body.byteLength, 0);
  const tokens = rows.reduce((sum, { inputLength }) => sum + inputLength, 0);
  return tokens === 0 ? 0 : bytes / tokens;
}

function figuresOf(counts: LogCounts): TimerFigures | undefined {
  if (counts.count === 0) return undefined;
  const at = (share: number) => (quantileOf(counts, share) ?? 0) / 1e6;
  return { count: counts.count, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: counts.maxNs / 1e6 };
}
