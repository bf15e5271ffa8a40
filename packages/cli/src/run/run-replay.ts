import { join } from 'node:path';

import {
  Accumulator,
  type Objective,
  type RequestRecord,
  type Summary,
} from '@trace-replay/metrics';
import {
  makeReady,
  type Plan,
  planReplay,
  type ReplayEvent,
  type Run,
  startRun,
} from '@trace-replay/replayer';
import { conditionsOf } from '@trace-replay/replayer/internal';

import { type Artifacts, openArtifacts } from '../artifacts/artifacts.ts';
import { createRunDirectory, type RunDirectory } from '../artifacts/run-directory.ts';
import type { ReplayCommandOptions } from '../flags/replay-flags.ts';
import { exitCodeOf, sentence } from '../flags/sentence.ts';
import { EXIT, type ExitCode, worstOf } from '../io/exit-codes.ts';
import { type Io, remark } from '../io/io.ts';
import type { OwnMetrics } from '../prometheus/own-metrics.ts';
import { endpointsOf } from '../server-scrape/endpoints.ts';
import { type ServerMetricsScraper, startServerMetrics } from '../server-scrape/start-scrape.ts';
import { type CommonStart, prepareCommonStart } from '../shards/common-start.ts';
import { shardName } from '../shards/start-barrier.ts';
import { notUsedText } from '../text/not-used-text.ts';
import { type FailCondition, failedConditions } from './fail-if.ts';
import { isShut, measurementRemark } from './fidelity-gate.ts';
import { type Interrupt, listenForInterrupt, signalName, type StopSignal } from './interrupt.ts';
import { createProgress, type Progress } from './live/progress.ts';
import { noPage, writePage } from './write-page.ts';

/** Follows a run, and may stop it. */
export interface RunWatch {
  /** The run has started; nothing was sent yet. */
  onRun(run: Run): void;
  onEvent(event: ReplayEvent): void;
  add(record: RequestRecord): void;
  /** Why it stopped the run; absent while it has not. */
  readonly stopped?: object | undefined;
}

export interface RunReplayOptions extends ReplayCommandOptions {
  readonly objectives: readonly Objective[];
  readonly failConditions: readonly FailCondition[];
  /** One run of several: its progress is only a live line. */
  readonly isBrief?: boolean;
  /** Counts as the run goes on, if somebody may ask. */
  readonly ownMetrics?: OwnMetrics | undefined;
  readonly watch?: RunWatch | undefined;
}

/** One run from its plan to its last file. */
export interface EndedReplay {
  readonly code: ExitCode;
  readonly summary: Summary;
  /** Where its results lie. */
  readonly directory: string;
  /** What there is to say beside the report. */
  readonly remarks: readonly string[];
}

/**
 * Makes one run: plan, directory, replay, fail conditions, files. Prints its progress and no
 * report. Tells the other shards if it does not start.
 *
 * @returns `undefined` when a signal came before anything was sent
 * @throws whatever keeps the run from starting; nothing of it is left behind then
 */
export async function runReplay(
  options: RunReplayOptions,
  io: Io,
): Promise<EndedReplay | undefined> {
  // From the first: a shard that has come to the barrier has to say so when it goes.
  const planning = listenWhilePlanning(options.command, io);
  let start: CommonStart | undefined;
  try {
    start = prepareCommonStart(options.replay, options.command);
    const run = await planRun(options, start, io, planning.signal);
    planning.release();
    const sent = run && (await sendRows(run).finally(() => run.progress.close()));
    // No signal ends the process before its last file is written.
    if (sent) return await endRun(run, sent).finally(() => sent.interrupt.release());
    start.giveUp('it was stopped by a signal');
    return undefined;
  } catch (error) {
    // The other shards need not wait for this one.
    start?.giveUp(sentence(error));
    throw error;
  } finally {
    planning.release();
  }
}

/** Aborts at the first signal that ends a run; the next one ends the process. */
function listenWhilePlanning({ progress }: ReplayCommandOptions['command'], io: Io) {
  const stopping = new AbortController();
  const interrupt = listenForInterrupt(
    (signal) => {
      stopping.abort();
      interrupt.release();
      if (progress !== 'none') remark(io, nothingSent(signal));
    },
    () => undefined,
  );
  return { signal: stopping.signal, release: () => interrupt.release() };
}

/** A run with its plan and its directory. */
interface PlannedRun extends RunReplayOptions {
  readonly id: string;
  readonly plan: Plan;
  readonly start: CommonStart;
  readonly directory: RunDirectory;
  readonly accumulator: Accumulator;
  readonly progress: Progress;
}

/** @returns nothing when a signal came while the trace was read */
async function planRun(
  options: RunReplayOptions,
  start: CommonStart,
  io: Io,
  signal: AbortSignal,
): Promise<PlannedRun | undefined> {
  const { replay, command, objectives } = options;
  // What cannot be scraped is told before anything else happens.
  endpointsOf(command.serverMetrics, []);
  const { epochSeconds } = start;
  const { runId, shard, trace } = replay;
  const id = runId ?? `${epochSeconds}_${command.name}`;
  const plan = await planReplay({ ...replay, runId: id }, { signal });
  if (signal.aborted) {
    await plan.source.close();
    return undefined;
  }
  if (plan.options.tls.insecure === true) remark(io, INSECURE);
  if (plan.scan.otherFields)
    remark(io, `Fields of the trace ${notUsedText(plan.scan.otherFields)}`);
  const directory = createRunDirectory(command.artifactDir, {
    name: command.name,
    trace,
    epochSeconds,
    runId,
    shardName: shard && shardName(shard),
  });
  const accumulator = new Accumulator({ objectives });
  const { isBrief } = options;
  const progressOptions = { mode: command.progress, isBrief };
  const progress = createProgress(progressOptions, io, plan.schedule, accumulator);
  return { ...options, id, plan, start, directory, accumulator, progress };
}

/** A run whose rows have ended. */
interface SentRun {
  readonly summary: Summary;
  readonly artifacts: Artifacts;
  /** What ended the run before its last row, if anything did. */
  readonly error: unknown;
  readonly interrupt: Interrupt;
  /** Whether a second signal asked to leave at once. */
  readonly isHurried: boolean;
}

/**
 * Waits for the target and, when all is ready, for the other shards; replays, keeps the records,
 * and obeys signals: the first one stops the sending and drains, the second ends at once.
 *
 * @returns nothing when a signal came before anything was sent
 * @throws whatever keeps the run from starting; its directory is then taken away again
 */
async function sendRows(planned: PlannedRun): Promise<SentRun | undefined> {
  const { id, command, objectives, ownMetrics, watch, plan, start } = planned;
  const { directory, accumulator, progress } = planned;
  const { drainSeconds, shard, tls } = plan.options;
  const beforeStart = new AbortController();
  let run: Run | undefined;
  let error: unknown;
  let isHurried = false;
  let scraper: ServerMetricsScraper | undefined;
  let opened: Artifacts | undefined;
  const interrupt = listenForInterrupt(
    (signal) => {
      beforeStart.abort();
      run?.stop(drainSeconds * 1000);
      progress.say(
        run?.zero
          ? `${signalName(signal)}: sending has stopped; what is in flight may finish within ` +
              `${drainSeconds} s. A second signal ends at once.`
          : nothingSent(signal),
      );
    },
    () => {
      isHurried = true;
      run?.abort();
    },
  );
  try {
    const ready = await makeReady(plan, {
      signal: beforeStart.signal,
      onEvent: (event) => progress.onEvent(event),
    });
    beforeStart.signal.throwIfAborted();
    const conditions = conditionsOf(ready);
    scraper = await startServerMetrics({
      asked: command.serverMetrics,
      targets: ready.targets.map(({ url }) => url),
      tls,
      secrets: ready.targets.flatMap(({ secrets = [] }) => secrets),
      path: join(directory.tracePath, 'server_metrics.jsonl'),
      onWarning: (text) => progress.say(text),
    });
    const opening = {
      id,
      name: command.name,
      shard: shard && { ...shard, rows: plan.schedule.ownCount },
      conditions,
      objectives,
      exportFormats: command.export,
    };
    const artifacts = (opened = openArtifacts(directory, opening, (sinkError) => {
      error = sinkError;
      run?.abort();
    }));
    run = startRun(ready, {
      agreeOnZero(signal) {
        if (start.waiting !== undefined) progress.say(start.waiting);
        return start.agree(conditions, signal);
      },
      onEvent: (event) => {
        if (event.kind === 'request-dispatched') artifacts.onDispatched(event.row);
        if (event.kind === 'started') artifacts.onStarted(event.zero);
        ownMetrics?.onEvent(event);
        watch?.onEvent(event);
        progress.onEvent(event);
      },
    });
    watch?.onRun(run);
    try {
      for await (const record of run) {
        artifacts.records.write(record);
        accumulator.add(record);
        ownMetrics?.add(record);
        watch?.add(record);
      }
    } catch (runError) {
      run.abort();
      error ??= runError;
    }
    if (!run.zero) {
      await artifacts.records.close().catch(() => undefined);
      throw error ?? beforeStart.signal.reason;
    }
    const summary = artifacts.summarize(accumulator, {
      status: error ? 'failed' : (interrupt.signal ?? watch?.stopped) ? 'stopped' : 'completed',
      serverMetrics: await scraper?.stop(),
      bodies: run.bodies(),
      readings: run.readings(),
    });
    return { summary, artifacts, error, interrupt, isHurried };
  } catch (startError) {
    interrupt.release();
    await scraper?.stop();
    if (!run) await plan.source.close();
    if (!run?.zero) {
      directory.discard();
      if (interrupt.signal) return undefined;
    } else opened?.fail(sentence(startError));
    throw startError;
  }
}

function nothingSent(signal: StopSignal): string {
  return `${signalName(signal)}: nothing was sent.`;
}

/** Judges a run whose rows have ended, and writes its last files. */
async function endRun(planned: PlannedRun, sent: SentRun): Promise<EndedReplay> {
  const { command, failConditions, accumulator, directory } = planned;
  const { summary, artifacts, error: runError } = sent;
  let error = runError;
  const failed = failedConditions(failConditions, summary);
  const codes: ExitCode[] = [];
  if (summary.status === 'stopped') codes.push(EXIT.signal);
  const { fidelityGate: gate } = command;
  if (isShut(gate, summary)) codes.push(EXIT.fidelity);
  // A shard of more parts than there are rows has none, and none to fail.
  const noneOk = summary.rows.ok === 0 && summary.rows.total > 0;
  if (failed.length > 0 || noneOk) codes.push(EXIT.failed);
  if (error !== undefined) codes.push(exitCodeOf(error));
  try {
    const reason = error === undefined ? undefined : sentence(error);
    await artifacts.save(summary, accumulator, worstOf(codes), reason);
  } catch (saveError) {
    error ??= saveError;
    codes.push(exitCodeOf(saveError));
  }
  const remarks = [...failed];
  try {
    // A shard has none: its merge writes one.
    const isWanted = command.html && planned.plan.options.shard === undefined;
    const { tracePath } = directory;
    const page = { directory: tracePath, summary, objectives: planned.objectives };
    const isThere = !isWanted || (!sent.isHurried && (await writePage(page)));
    if (!isThere) remarks.push(noPage(tracePath));
  } catch (pageError) {
    error ??= pageError;
    codes.push(exitCodeOf(pageError));
  }
  const measurement = measurementRemark(summary, gate);
  if (measurement !== undefined) remarks.push(measurement);
  if (error !== undefined) remarks.push(sentence(error));
  return { code: worstOf(codes), summary, directory: directory.tracePath, remarks };
}

const INSECURE =
  '--insecure: the certificate of the server is not checked. Whoever is on the way can read the key.';
