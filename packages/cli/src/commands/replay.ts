import { parseObjectives, renderText } from '@trace-replay/metrics';
import { dryRun, planReplay } from '@trace-replay/replayer';
import type { Command } from 'commander';

import { toJson } from '../artifacts/write-part.ts';
import type { CommandOptions } from '../flags/command-options.ts';
import { completeFlags, shardOfIndexedJob } from '../flags/flag-sources.ts';
import { addFlags } from '../flags/flags.ts';
import {
  ESSENTIAL_FLAGS,
  readReplayFlags,
  REPLAY_FLAGS,
  type ReplayCommandOptions,
} from '../flags/replay-flags.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark, textOptionsFor } from '../io/io.ts';
import { toSnakeCase } from '../io/snake-case.ts';
import { parseFailCondition } from '../run/fail-if.ts';
import { runReplay } from '../run/run-replay.ts';
import { dryRunText } from '../text/dry-run-text.ts';
import { notUsedText } from '../text/not-used-text.ts';

/** Makes a program replay a trace against a server: flags → library → files and report. */
export function addReplayCommand(program: Command, io: CommandIo): void {
  program
    .description(
      'Replays a Mooncake trace on its own schedule against an OpenAI-compatible streaming\n' +
        'frontend, and reports TTFT, ITL, latency and goodput.',
    )
    .usage('--trace <file> --url <url> [flags]')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { values, remarks, given } = await completeFlags(program, REPLAY_FLAGS, process.env);
      for (const text of remarks) remark(io, text);
      const indexed = values['shard'] === undefined ? shardOfIndexedJob(process.env) : undefined;
      const options = readReplayFlags({ ...values, ...(indexed && { shard: indexed }) }, given);
      io.onEnd(
        await (options.command.dryRun ? showDryRun(options, io) : replayAndServe(options, io)),
      );
    });
  addFlags(program, REPLAY_FLAGS, ESSENTIAL_FLAGS);
}

/** Everything but sending: what the run asks for, what this machine has, and whether it fits. */
async function showDryRun({ replay, command }: ReplayCommandOptions, io: Io): Promise<ExitCode> {
  const objectives = parseObjectives(command.goodput);
  const plan = await planReplay(replay);
  const found = await dryRun(plan, { objectives });
  const fits = found.misfits.length === 0;
  const { trace } = plan.options;
  if (plan.scan.otherFields)
    remark(io, `Fields of the trace ${notUsedText(plan.scan.otherFields)}`);
  const text = command.json
    ? toJson(toSnakeCase({ schemaVersion: 1, trace, fits, ...found }))
    : dryRunText(trace, found);
  await print(io, text);
  return fits ? EXIT.ok : EXIT.fidelity;
}

/** Replays, and serves our own metrics meanwhile if `--metrics-port` asks for them. */
async function replayAndServe(options: ReplayCommandOptions, io: Io): Promise<ExitCode> {
  const { command } = options;
  const objectives = parseObjectives(command.goodput);
  const failConditions = command.failIf.map(parseFailCondition);
  const served = await serveOwnMetrics(command);
  const server = served?.server;
  if (server) remark(io, `Our own metrics are at ${server.url}.`);
  try {
    const ended = await runReplay(
      { ...options, objectives, failConditions, ownMetrics: served?.ownMetrics },
      io,
    );
    if (!ended) return EXIT.signal;
    const { code, summary, directory, remarks } = ended;
    const text = { ...textOptionsFor(io), artifacts: directory, verbose: command.verbose };
    await print(io, command.json ? toJson(summary) : renderText(summary, text));
    for (const text of remarks) remark(io, text);
    return code;
  } finally {
    server?.close();
  }
}

/** Loads its library only where pages are served: loading takes as long as the start of Node. */
async function serveOwnMetrics({ metricsPort: port, metricsHost: host }: CommandOptions) {
  if (port === undefined) return undefined;
  const { createOwnMetrics } = await import('../prometheus/own-metrics.ts');
  const { serveMetrics } = await import('../prometheus/serve.ts');
  const ownMetrics = createOwnMetrics();
  return { ownMetrics, server: await serveMetrics(ownMetrics, { host, port }) };
}

const EXAMPLES = `
Examples:
  replay --trace conversation_trace.jsonl --url http://localhost:8000
  replay --trace trace.jsonl.gz --url http://localhost:8000 --limit 100 --speedup 2
  replay --trace trace.jsonl --url http://localhost:8000 \\
    --goodput "time_to_first_token:2000 inter_token_latency:25" --fail-if "goodput.fraction<0.95"
  replay report artifacts/1785000000_replay/trace --goodput "time_to_first_token:500"
  replay merge artifacts/night-7

Exit codes: 0 ok, 1 internal error, 2 flags or trace, 3 target not there, 4 no row ok or --fail-if
met, 5 measurement invalid, 6 stopped by a signal, 7 an artifact could not be written.`;
