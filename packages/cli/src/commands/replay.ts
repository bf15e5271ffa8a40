import {
  Accumulator,
  type Objective,
  parseObjectives,
  renderText,
  type Summary,
} from '@trace-replay/metrics';
import { planReplay, type ReplayOptions } from '@trace-replay/replayer';

import { type CommonStart, prepareCommonStart } from '../common-start.ts';
import { exitCodeOf } from '../errors.ts';
import { EXIT, type ExitCode, worstOf } from '../exit-codes.ts';
import { type FailCondition, failedConditions, parseFailCondition } from '../fail-if.ts';
import { type Io, print, remark } from '../io.ts';
import { createProgress } from '../live/progress.ts';
import { performReplay } from '../perform-replay.ts';
import { createRunDirectory } from '../run-directory.ts';
import type { RunOptions } from '../run-options.ts';
import { sentence } from '../sentence.ts';
import { nameOf } from '../start-barrier.ts';
import { dryRunCommand } from './dry-run.ts';
import { readReplayFlags, type ReplayFlags } from './replay-flags.ts';

/** Replays a trace against a server: flags → library → files and report. */
export async function replayCommand(flags: ReplayFlags, io: Io): Promise<ExitCode> {
  const { replay, run: options } = readReplayFlags(flags);
  if (options.dryRun) return dryRunCommand(replay, options, io);
  const objectives = parseObjectives(options.goodput);
  const gates = options.failIf.map(parseFailCondition);
  const start = prepareCommonStart(replay, options);
  try {
    return await replayFrom(start, { replay, options, objectives, gates }, io);
  } catch (error) {
    // The other shards need not wait for this one.
    start.giveUp(sentence(error));
    throw error;
  }
}

interface ReplayOrder {
  readonly replay: ReplayOptions;
  readonly options: RunOptions;
  readonly objectives: readonly Objective[];
  readonly gates: readonly FailCondition[];
}

async function replayFrom(
  start: CommonStart,
  { replay, options, objectives, gates }: ReplayOrder,
  io: Io,
): Promise<ExitCode> {
  const { epochSeconds } = start;
  const { name, export: exportFormats } = options;
  const { runId, shard, trace } = replay;
  const id = runId ?? `${epochSeconds}_${name}`;
  const plan = await planReplay({ ...replay, runId: id });
  if (plan.options.tls.insecure === true) remark(io, INSECURE);
  const shardName = shard && nameOf(shard.index, shard.count);
  const directoryOptions = { name, trace, epochSeconds, runId, shardName };
  const directory = createRunDirectory(options.artifactDir, directoryOptions);
  const accumulator = new Accumulator({ objectives });
  const progress = createProgress(options.progress, io, { schedule: plan.schedule, accumulator });
  const output = { directory, accumulator, progress, exportFormats };
  const task = { plan, id, name, objectives, start, ...output };
  const performed = await performReplay(task).finally(() => progress.close());
  if (!performed) {
    start.giveUp('it was stopped by a signal');
    return EXIT.signal;
  }

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
  await print(io, options.json ? json(summary) : report(summary, directory.tracePath, io));
  for (const text of failed) remark(io, text);
  if (isInvalid) remark(io, options.fidelityGate ? GATED : PASSED);
  if (error !== undefined) remark(io, sentence(error));
  return worstOf(codes);
}

const INSECURE =
  '--insecure: the certificate of the server is not checked. Whoever is on the way can read the key.';
const GATED =
  'The run is invalid by its own fidelity, so the exit code is not 0.' +
  '\n  See docs/fidelity.md; --no-fidelity-gate makes it a warning.';
const PASSED = 'The run is invalid by its own fidelity; --no-fidelity-gate lets it pass.';

function report(summary: Summary, artifacts: string, { stdout }: Io): string {
  const color = stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return renderText(summary, { width: Math.min(stdout.columns ?? 100, 120), color, artifacts });
}

function json(summary: Summary): string {
  return JSON.stringify(summary, undefined, 2);
}
