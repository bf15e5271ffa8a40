import { join } from 'node:path';

import { parseObjectives } from '@trace-replay/metrics';
import { deploymentSchema } from '@trace-replay/mock/internal';
import { dryRun, planReplay } from '@trace-replay/replayer';
import type { Command } from 'commander';

import { seconds } from '../flags/duration.ts';
import { completeFlags } from '../flags/flag-sources.ts';
import { addFlags, flagFor, type FlagValues, json, number, valuesOf } from '../flags/flags.ts';
import { readReplayFlags, REPLAY_FLAGS } from '../flags/replay-flags.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark } from '../io/io.ts';
import { planSearch, runSearch } from '../search/run-search.ts';
import { searchOptionsSchema } from '../search/search-options.ts';
import type { SearchOrder } from '../search/search-order.ts';
import { describeMisfit } from '../text/dry-run-text.ts';
import { searchPlanText } from '../text/search-plan-text.ts';

const { shape } = searchOptionsSchema;
const SEARCH_FLAGS = [
  flagFor(shape, 'target', '--target <share>', number),
  flagFor(shape, 'precision', '--precision <share>', number),
  flagFor(shape, 'from', '--from <speed>', number),
  flagFor(shape, 'rampSeconds', '--ramp <time>', seconds),
  flagFor(shape, 'windowSeconds', '--window <time>', seconds),
  flagFor(shape, 'maxProbes', '--max-probes <count>', number),
  flagFor(shape, 'maxTimeSeconds', '--max-time <time>', seconds),
  flagFor(shape, 'recoveryLimitSeconds', '--recovery-limit <time>', seconds),
  flagFor(shape, 'resetUrl', '--reset-url <url>'),
  flagFor(shape, 'final', '--no-final'),
  flagFor(shape, 'resume', '--resume <directory>'),
  flagFor(shape, 'simulate', '--simulate <deployment>'),
  flagFor(shape, 'deployment', '--deployment <json>', json('--deployment')),
  flagFor(shape, 'name', '--name <name>'),
  flagFor(shape, 'json', '--json'),
].map((flag) => flag.helpGroup('The search'));

/** Flags of a replay that the search sets itself, or that mean nothing for several runs. */
const LEFT_OUT = new Set([
  ...['--speedup', '--name', '--json', '--fail-if', '--metrics-port', '--metrics-host'],
  ...['--shard', '--run-id', '--start-at', '--start-barrier', '--wait-for-shards', '--start-lead'],
]);
const FLAGS = [...SEARCH_FLAGS, ...REPLAY_FLAGS.filter(({ long }) => !LEFT_OUT.has(long ?? ''))];
const ESSENTIAL = new Set([
  ...['--trace', '--url', '--model', '--goodput', '--artifact-dir', '--json', '--dry-run'],
  ...['--target', '--precision', '--from', '--ramp', '--window', '--max-probes', '--max-time'],
  ...['--recovery-limit', '--no-final', '--resume', '--simulate'],
]);

/** Names a server for a simulation, which sends nothing. */
const NO_SERVER = ['http://simulated.invalid'];

/** Adds `search` to a program: the highest speed at which enough rows are good. */
export function addSearchCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('search')
    .description('find the highest speed of a trace at which enough rows are good')
    .usage('--trace <file> --url <url> [flags]')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { values, remarks, given } = await completeFlags(command, FLAGS, process.env);
      for (const text of remarks) remark(io, text);
      const order = readOrder(values, given);
      const { dryRun: isDry } = order.options.command;
      io.onEnd(await (isDry ? showPlan(order, io) : runSearch(order, io)));
    });
  addFlags(command, FLAGS, ESSENTIAL);
}

/** @throws {UsageError} if flags are missing or do not go together */
function readOrder(values: FlagValues, given: ReadonlySet<string>): SearchOrder {
  const search = searchOptionsSchema.parse(valuesOf(shape, FLAGS, values));
  const { simulate, deployment, resume } = search;
  if (simulate === undefined && deployment !== undefined) {
    throw new UsageError('Cannot use --deployment without --simulate, expected both');
  }
  if (simulate !== undefined) {
    const checked = deploymentSchema.safeParse({ ...(deployment as object), like: simulate });
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw new UsageError(
        `Cannot use --deployment: "${issue?.path.join('.')}": ${issue?.message}` +
          '\n  docs/search.md lists the parameters of a deployment.',
      );
    }
  }
  const { name: _name, json: _json, ...others } = values;
  const url = simulate === undefined ? values['url'] : NO_SERVER;
  const options = readReplayFlags({ ...others, url }, given);
  if (options.replay.trace === '-') {
    throw new UsageError('Cannot replay stdin several times: expected --trace with a file');
  }
  const objectives = parseObjectives(options.command.goodput);
  if (objectives.length === 0) {
    throw new UsageError(
      'Cannot search: --goodput is empty, expected at least one objective that a good row keeps',
    );
  }
  const { artifactDir } = options.command;
  const root = resume ?? join(artifactDir, `${Math.floor(Date.now() / 1000)}_${search.name}`);
  return { search, options, objectives, root };
}

/** The probes that a search may make, their time, and whether this machine can send them. */
async function showPlan(order: SearchOrder, io: Io): Promise<ExitCode> {
  const { trace, plan } = await planSearch(order);
  const { replay } = order.options;
  const endOffsetMs = trace.timestampsMs[0]! + plan.fastest * (plan.ramp_s + plan.window_s) * 1000;
  const fastest = await planReplay({ ...replay, speedup: plan.fastest, endOffsetMs });
  const found = plan.is_simulated
    ? undefined
    : await dryRun(fastest, { objectives: order.objectives });
  await fastest.source.close();
  const misfits = found?.misfits.map(describeMisfit);
  const { maxTimeSeconds: maxTimeS, recoveryLimitSeconds: recoveryLimitS } = order.search;
  const rows = trace.timestampsMs.length;
  await print(io, searchPlanText({ plan, rows, maxTimeS, recoveryLimitS, misfits }));
  return misfits === undefined || misfits.length === 0 ? EXIT.ok : EXIT.fidelity;
}

const EXAMPLES = `
Examples:
  replay search --trace trace.jsonl --url http://localhost:8000 --goodput "time_to_first_token:2000"
  replay search --trace trace.jsonl --url http://localhost:8000 --from 4 --max-time 30m --no-final
  replay search --trace trace.jsonl --url http://localhost:8000 --dry-run
  replay search --trace trace.jsonl --simulate disaggregated-kv
  replay search --resume artifacts/1785000000_search --trace trace.jsonl --url http://localhost:8000
  replay compare artifacts/1785000000_search artifacts/1785003600_search

Exit codes: 0 found, 4 the slowest speed misses the target, 5 the client is the limit, 6 stopped by
a signal; others as of replay.`;
