import { parseObjectives, renderText, type Summary } from '@trace-replay/metrics';

import { prepareCommonStart } from '../shards/common-start.ts';
import { conductReplay, type ReplayOrder } from '../run/conduct-replay.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { parseFailCondition } from '../run/fail-if.ts';
import { type Io, print, remark } from '../io/io.ts';
import { createOwnMetrics } from '../prometheus/own-metrics.ts';
import { serveMetrics } from '../prometheus/serve.ts';
import { sentence } from '../io/sentence.ts';
import { dryRunCommand } from './dry-run.ts';
import { readReplayFlags, type ReplayFlags } from '../flags/replay-flags.ts';

/** Replays a trace against a server: flags → library → files and report. */
export async function replayCommand(flags: ReplayFlags, io: Io): Promise<ExitCode> {
  const { replay, run: options } = readReplayFlags(flags);
  if (options.dryRun) return dryRunCommand(replay, options, io);
  const objectives = parseObjectives(options.goodput);
  const gates = options.failIf.map(parseFailCondition);
  const { metricsPort: port, metricsHost: host } = options;
  const ownMetrics = port === undefined ? undefined : createOwnMetrics();
  const server = ownMetrics && (await serveMetrics(ownMetrics, { host, port: port ?? 0 }));
  if (server) remark(io, `Our own metrics are at ${server.url}.`);
  try {
    return await replayOnce({ replay, options, objectives, gates, ownMetrics }, io);
  } finally {
    server?.close();
  }
}

async function replayOnce(order: Omit<ReplayOrder, 'start'>, io: Io): Promise<ExitCode> {
  const { replay, options } = order;
  const start = prepareCommonStart(replay, options);
  try {
    const conducted = await conductReplay({ ...order, start }, io);
    if (!conducted) {
      start.giveUp('it was stopped by a signal');
      return EXIT.signal;
    }
    const { code, summary, directory, remarks } = conducted;
    await print(io, options.json ? json(summary) : report(summary, directory, io));
    for (const text of remarks) remark(io, text);
    return code;
  } catch (error) {
    // The other shards need not wait for this one.
    start.giveUp(sentence(error));
    throw error;
  }
}

function report(summary: Summary, artifacts: string, { stdout }: Io): string {
  const color = stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return renderText(summary, { width: Math.min(stdout.columns ?? 100, 120), color, artifacts });
}

function json(summary: Summary): string {
  return JSON.stringify(summary, undefined, 2);
}
