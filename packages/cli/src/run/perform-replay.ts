import { join } from 'node:path';

import type { Accumulator, Objective, Summary } from '@trace-replay/metrics';
import { makeReady, type Plan, type Run, startRun } from '@trace-replay/replayer';
import { conditionsOf } from '@trace-replay/replayer/internal';

import { type Artifacts, openArtifacts } from '../artifacts/artifacts.ts';
import type { CommonStart } from '../shards/common-start.ts';
import { listenForInterrupt, nameOf } from './interrupt.ts';
import type { Progress } from './live/progress.ts';
import type { OwnMetrics } from '../prometheus/own-metrics.ts';
import type { RunDirectory } from '../artifacts/run-directory.ts';
import { type ServerMetricsScraper, startServerMetrics } from '../server-scrape/start-scrape.ts';

export interface ReplayTask {
  readonly plan: Plan;
  readonly id: string;
  readonly name: string;
  readonly objectives: readonly Objective[];
  readonly exportFormats: readonly string[];
  readonly start: CommonStart;
  /** `--server-metrics` */
  readonly serverMetrics: readonly string[];
  readonly directory: RunDirectory;
  readonly accumulator: Accumulator;
  readonly progress: Progress;
  /** Present if somebody may ask for them while the run goes on. */
  readonly ownMetrics?: OwnMetrics | undefined;
}

export interface PerformedReplay {
  readonly summary: Summary;
  readonly artifacts: Artifacts;
  /** What ended the run before its last row, if anything did. */
  readonly error?: unknown;
}

/**
 * Waits for the target and, when all is ready, for the other shards; replays, keeps the records,
 * and obeys signals: the first one stops the sending and drains, the second ends at once.
 *
 * @returns nothing when a signal came before anything was sent
 * @throws whatever keeps the run from starting; its directory is then taken away again
 */
export async function performReplay(task: ReplayTask): Promise<PerformedReplay | undefined> {
  const { plan, id, name, objectives, start, exportFormats, directory, accumulator, progress } =
    task;
  const { drainSeconds } = plan.options;
  const beforeStart = new AbortController();
  let run: Run | undefined;
  let error: unknown;
  let scraper: ServerMetricsScraper | undefined;
  const interrupt = listenForInterrupt(
    (signal) => {
      beforeStart.abort();
      run?.stop(drainSeconds * 1000);
      progress.say(
        run?.zero
          ? `${nameOf(signal)}: sending has stopped; what is in flight may finish within ` +
              `${drainSeconds} s. A second signal ends at once.`
          : `${nameOf(signal)}: nothing was sent.`,
      );
    },
    () => run?.abort(),
  );
  try {
    const ready = await makeReady(plan, {
      signal: beforeStart.signal,
      onEvent: (event) => progress.onEvent(event),
    });
    beforeStart.signal.throwIfAborted();
    const conditions = conditionsOf(ready);
    scraper = await startServerMetrics({
      asked: task.serverMetrics,
      targets: ready.targets.map(({ url }) => url),
      tls: plan.options.tls,
      path: join(directory.tracePath, 'server_metrics.jsonl'),
      onWarning: (text) => progress.say(text),
    });
    const shard = plan.options.shard && { ...plan.options.shard, rows: plan.schedule.ownCount };
    const opening = { id, name, ...(shard && { shard }), conditions, objectives, exportFormats };
    const artifacts = openArtifacts(directory, opening, (sinkError) => {
      error = sinkError;
      run?.abort();
    });
    run = startRun(ready, {
      agreeOnZero(signal) {
        if (start.waiting !== undefined) progress.say(start.waiting);
        return start.agree(conditions, signal);
      },
      onEvent: (event) => {
        if (event.kind === 'started') artifacts.onStarted(event.zero);
        task.ownMetrics?.onEvent(event);
        progress.onEvent(event);
      },
    });
    try {
      for await (const record of run) {
        artifacts.records.write(record);
        accumulator.add(record);
        task.ownMetrics?.add(record);
      }
    } catch (runError) {
      run.abort();
      error ??= runError;
    }
    if (!run.zero) {
      await artifacts.records.close().catch(() => undefined);
      throw error ?? beforeStart.signal.reason;
    }
    const status = error ? 'failed' : interrupt.signal ? 'stopped' : 'completed';
    const serverMetrics = await scraper?.stop();
    const closing = {
      status,
      bodies: run.bodies(),
      readings: run.readings(),
      serverMetrics,
    } as const;
    const summary = artifacts.summarize(accumulator, closing);
    return { summary, artifacts, ...(error !== undefined && { error }) };
  } catch (startError) {
    await scraper?.stop();
    if (!run) await plan.source.close();
    if (!run?.zero) {
      directory.discard();
      if (interrupt.signal) return undefined;
    }
    throw startError;
  } finally {
    interrupt.release();
  }
}
