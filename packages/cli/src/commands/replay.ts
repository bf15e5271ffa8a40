import { Accumulator, parseObjectives, renderText, type Summary } from '@trace-replay/metrics';
import { planReplay } from '@trace-replay/replayer';

import { exitCodeOf } from '../errors.ts';
import { EXIT, type ExitCode, worstOf } from '../exit-codes.ts';
import { failedConditions, parseFailCondition } from '../fail-if.ts';
import { type Io, print, remark } from '../io.ts';
import { createProgress } from '../live/progress.ts';
import { performReplay } from '../perform-replay.ts';
import { createRunDirectory } from '../run-directory.ts';
import { sentence } from '../sentence.ts';
import { readReplayFlags, type ReplayFlags } from './replay-flags.ts';

/** Replays a trace against a server: flags → library → files and report. */
export async function replayCommand(flags: ReplayFlags, io: Io): Promise<ExitCode> {
  const { replay, run: options } = readReplayFlags(flags);
  const objectives = parseObjectives(options.goodput);
  const gates = options.failIf.map(parseFailCondition);
  const epochSeconds = Math.floor(Date.now() / 1000);
  const id = replay.runId ?? `${epochSeconds}_${options.name}`;
  const plan = await planReplay({ ...replay, runId: id });
  if (plan.options.tls.insecure === true) remark(io, INSECURE);
  const { name, export: exportFormats } = options;
  const trace = plan.options.trace;
  const directory = createRunDirectory(options.artifactDir, { name, trace, epochSeconds });
  const accumulator = new Accumulator({ objectives });
  const progress = createProgress(options.progress, io, { schedule: plan.schedule, accumulator });
  const output = { directory, accumulator, progress, exportFormats };
  const task = { plan, id, name, objectives, ...output };
  const performed = await performReplay(task).finally(() => progress.close());
  if (!performed) return EXIT.signal;

  const { summary, artifacts } = performed;
  const failed = failedConditions(gates, summary);
  const codes: ExitCode[] = [];
  if (summary.status === 'stopped') codes.push(EXIT.signal);
  if (failed.length > 0 || summary.rows.ok === 0) codes.push(EXIT.failed);
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
  if (error !== undefined) remark(io, sentence(error));
  return worstOf(codes);
}

const INSECURE =
  '--insecure: the certificate of the server is not checked. Whoever is on the way can read the key.';

function report(summary: Summary, artifacts: string, { stdout }: Io): string {
  const color = stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return renderText(summary, { width: Math.min(stdout.columns ?? 100, 120), color, artifacts });
}

function json(summary: Summary): string {
  return JSON.stringify(summary, undefined, 2);
}
