import { Accumulator, type Objective, type Summary } from '@trace-replay/metrics';
import { planReplay, type ReplayOptions } from '@trace-replay/replayer';

import type { CommonStart } from '../shards/common-start.ts';
import { exitCodeOf } from '../io/errors.ts';
import { EXIT, type ExitCode, worstOf } from '../io/exit-codes.ts';
import { type FailCondition, failedConditions } from './fail-if.ts';
import { type Io, remark } from '../io/io.ts';
import { createProgress } from './live/progress.ts';
import type { OwnMetrics } from '../prometheus/own-metrics.ts';
import { performReplay } from './perform-replay.ts';
import { createRunDirectory } from '../artifacts/run-directory.ts';
import type { RunOptions } from '../flags/command-options.ts';
import { endpointsOf } from '../server-scrape/endpoints.ts';
import { sentence } from '../io/sentence.ts';
import { nameOf } from '../shards/start-barrier.ts';

export interface ReplayOrder {
  readonly replay: ReplayOptions;
  readonly options: RunOptions;
  readonly objectives: readonly Objective[];
  readonly gates: readonly FailCondition[];
  readonly start: CommonStart;
  /** Counts as the run goes on, if somebody may ask. */
  readonly ownMetrics?: OwnMetrics | undefined;
}

/** One run from its plan to its last file. */
export interface ConductedReplay {
  readonly code: ExitCode;
  readonly summary: Summary;
  /** Where its results lie. */
  readonly directory: string;
  /** What there is to say beside the report. */
  readonly remarks: readonly string[];
}

/**
 * Conducts one run: plan, directory, replay, gates, files. Prints its progress and no report.
 *
 * @returns `undefined` when a signal came before anything was sent
 * @throws whatever keeps the run from starting; nothing of it is left behind then
 */
export async function conductReplay(
  { replay, options, objectives, gates, start, ownMetrics }: ReplayOrder,
  io: Io,
): Promise<ConductedReplay | undefined> {
  const { epochSeconds } = start;
  const { name, export: exportFormats, serverMetrics } = options;
  // What cannot be scraped is told before anything else happens.
  endpointsOf(serverMetrics, []);
  const { runId, shard, trace } = replay;
  const id = runId ?? `${epochSeconds}_${name}`;
  const plan = await planReplay({ ...replay, runId: id });
  if (plan.options.tls.insecure === true) remark(io, INSECURE);
  const shardName = shard && nameOf(shard.index, shard.count);
  const directoryOptions = { name, trace, epochSeconds, runId, shardName };
  const directory = createRunDirectory(options.artifactDir, directoryOptions);
  const accumulator = new Accumulator({ objectives });
  const progress = createProgress(options.progress, io, { schedule: plan.schedule, accumulator });
  const output = { directory, accumulator, progress, exportFormats, ownMetrics };
  const task = { plan, id, name, objectives, start, serverMetrics, ...output };
  const performed = await performReplay(task).finally(() => progress.close());
  if (!performed) return undefined;

  const { summary, artifacts } = performed;
  const failed = failedConditions(gates, summary);
  const codes: ExitCode[] = [];
  if (summary.status === 'stopped') codes.push(EXIT.signal);
  const isInvalid = summary.fidelity?.verdict === 'invalid';
  if (isInvalid && options.fidelityGate) codes.push(EXIT.fidelity);
  // A shard of more parts than there are rows has none, and none to fail.
  const noneOk = summary.rows.ok === 0 && summary.rows.total > 0;
  if (failed.length > 0 || noneOk) codes.push(EXIT.failed);
  let { error } = performed;
  if (error !== undefined) codes.push(exitCodeOf(error));
  try {
    const reason = error === undefined ? undefined : sentence(error);
    await artifacts.save(summary, accumulator, worstOf(codes), reason);
  } catch (saveError) {
    error ??= saveError;
    codes.push(exitCodeOf(saveError));
  }
  const remarks = [...failed];
  if (isInvalid) remarks.push(options.fidelityGate ? GATED : PASSED);
  if (error !== undefined) remarks.push(sentence(error));
  return { code: worstOf(codes), summary, directory: directory.tracePath, remarks };
}

const INSECURE =
  '--insecure: the certificate of the server is not checked. Whoever is on the way can read the key.';
const GATED =
  'The run is invalid by its own fidelity, so the exit code is not 0.' +
  '\n  See docs/fidelity.md; --no-fidelity-gate makes it a warning.';
const PASSED = 'The run is invalid by its own fidelity; --no-fidelity-gate lets it pass.';
