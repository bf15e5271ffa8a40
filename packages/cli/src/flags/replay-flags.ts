import { type ReplayOptions, replayOptionsSchema } from '@trace-replay/replayer';
import { presetOf } from '@trace-replay/replayer/internal';

import { UsageError } from '../io/errors.ts';
import { type CommandOptions, commandOptionsSchema } from './command-options.ts';
import {
  type Flag,
  flagFor,
  type FlagValues,
  header,
  json,
  number,
  numberOrWord,
  range,
  repeated,
  shard,
  valuesOf,
} from './flags.ts';
import { requireFlags } from './required-flags.ts';
import { readTextFile } from './text-file.ts';

const replay = replayOptionsSchema.shape;
const command = commandOptionsSchema.shape;

/** Flags of the replay, in the groups in which `--help-all` shows them. */
export const REPLAY_FLAGS: readonly Flag[] = Object.entries({
  Configuration: [flagFor(command, 'config', '--config <file>')],
  'Trace and target': [
    flagFor(replay, 'trace', '--trace <file>'),
    flagFor(replay, 'urls', '--url <url>', repeated),
    flagFor(replay, 'model', '--model <name>'),
    flagFor(replay, 'endpoint', '--endpoint <api>'),
    flagFor(replay, 'server', '--server <make>'),
    flagFor(replay, 'path', '--path <path>'),
    flagFor(replay, 'connectTo', '--connect-to <host:port>'),
  ],
  Schedule: [
    flagFor(replay, 'timeUnit', '--time-unit <unit>'),
    flagFor(replay, 'speedup', '--speedup <factor>', number),
    flagFor(replay, 'startOffsetMs', '--start-offset <ms>', number),
    flagFor(replay, 'endOffsetMs', '--end-offset <ms>', number),
    flagFor(replay, 'limit', '--limit <rows>', number),
  ],
  Requests: [
    flagFor(replay, 'seed', '--seed <number>', number),
    flagFor(replay, 'blockSize', '--block-size <tokens>', number),
    flagFor(replay, 'outputLength', '--output-length <mode>'),
    flagFor(replay, 'prompt', '--prompt <form>'),
    flagFor(replay, 'tokenIdRange', '--token-id-range <from-to>', range),
    flagFor(replay, 'body', '--body <json>', json('--body', 'a JSON object')),
    flagFor(replay, 'maxTokensField', '--max-tokens-field <field>'),
    flagFor(replay, 'modelPerRow', '--model-per-row'),
    flagFor(replay, 'sessionHeader', '--session-header <name>'),
    flagFor(replay, 'headers', '--header <name: value>', header),
    flagFor(replay, 'serverDetails', '--server-details <mode>'),
    flagFor(replay, 'serverWorkers', '--server-workers <count>', number),
    flagFor(replay, 'serverCacheTokens', '--server-cache-tokens <tokens>', number),
  ],
  Connections: [
    flagFor(replay, 'requestTimeoutSeconds', '--request-timeout <seconds>', number),
    flagFor(replay, 'connectTimeoutSeconds', '--connect-timeout <seconds>', number),
    flagFor(replay, 'firstTokenTimeoutSeconds', '--first-token-timeout <seconds>', number),
    flagFor(replay, 'betweenTokensTimeoutSeconds', '--between-tokens-timeout <seconds>', number),
    flagFor(replay, 'maxConnections', '--max-connections <count>', number),
    flagFor(replay, 'workers', '--workers <count>', numberOrWord),
    flagFor(command, 'apiKeyEnv', '--api-key-env <variable>'),
    flagFor(command, 'apiKeyFile', '--api-key-file <file>'),
    flagFor(command, 'ca', '--ca <file>'),
    flagFor(command, 'cert', '--cert <file>'),
    flagFor(command, 'key', '--key <file>'),
    flagFor(command, 'insecure', '--insecure'),
  ],
  'Before and after': [
    flagFor(replay, 'waitForModelSeconds', '--wait-for-model <seconds>', number),
    flagFor(replay, 'warmUpRequests', '--warm-up-requests <count>', number),
    flagFor(replay, 'warmUpConcurrency', '--warm-up-concurrency <count>', number),
    flagFor(replay, 'warmUpInputLength', '--warm-up-input-length <tokens>', number),
    flagFor(replay, 'warmUpOutputLength', '--warm-up-output-length <tokens>', number),
    flagFor(replay, 'drainSeconds', '--drain <seconds>', number),
  ],
  Results: [
    flagFor(command, 'goodput', '--goodput <objectives>'),
    flagFor(command, 'artifactDir', '--artifact-dir <directory>'),
    flagFor(command, 'name', '--name <name>'),
    flagFor(command, 'progress', '--progress <mode>'),
    flagFor(command, 'json', '--json'),
    flagFor(command, 'verbose', '--verbose'),
    flagFor(command, 'export', '--export <format>', repeated),
    flagFor(command, 'html', '--no-html'),
    flagFor(command, 'failIf', '--fail-if <condition>', repeated),
    // Its old name; what --fidelity-gate says wins where a variable or a file says both.
    flagFor(command, 'fidelityGate', '--no-fidelity-gate').hideHelp(),
    flagFor(command, 'fidelityGate', '--fidelity-gate <rule>'),
    flagFor(command, 'dryRun', '--dry-run'),
  ],
  Metrics: [
    flagFor(command, 'serverMetrics', '--server-metrics <url>', repeated),
    flagFor(command, 'metricsPort', '--metrics-port <port>', number),
    flagFor(command, 'metricsHost', '--metrics-host <address>'),
  ],
  Shards: [
    flagFor(replay, 'shard', '--shard <i/n>', shard),
    flagFor(replay, 'runId', '--run-id <id>'),
    flagFor(replay, 'startAt', '--start-at <time>'),
    flagFor(command, 'startBarrier', '--start-barrier <directory>'),
    flagFor(command, 'waitForShardsSeconds', '--wait-for-shards <seconds>', number),
    flagFor(command, 'startLeadSeconds', '--start-lead <seconds>', number),
  ],
}).flatMap(([group, flags]) => flags.map((flag) => flag.helpGroup(group)));

/** What a new user needs: `--help` shows these, `--help-all` every flag. */
export const ESSENTIAL_FLAGS: ReadonlySet<string> = new Set([
  ...['--config', '--trace', '--url', '--model', '--endpoint', '--speedup', '--limit'],
  ...['--output-length', '--header', '--api-key-env', '--wait-for-model', '--warm-up-requests'],
  ...['--goodput', '--artifact-dir', '--json', '--verbose', '--fail-if', '--dry-run'],
]);

/** Options whose default the make of the server decides. */
const PRESET = presetOf('openai');

/** Options of a replay and of the command around it. */
export interface ReplayCommandOptions {
  readonly replay: ReplayOptions;
  readonly command: CommandOptions;
}

/**
 * Values of flags → options of the replay and of the command.
 *
 * @param given names of the flags whose values are no defaults; all of them if absent
 * @throws {UsageError} if a required flag is missing or a file named by one cannot be read
 */
export function readReplayFlags(
  values: FlagValues,
  given: ReadonlySet<string> = new Set(Object.keys(values)),
): ReplayCommandOptions {
  requireFlags('replay', values);
  const commandOptions = commandOptionsSchema.parse(valuesOf(command, REPLAY_FLAGS, values));
  const tls = readTls(commandOptions);
  const apiKey = readApiKey(commandOptions);
  return {
    // Each value was checked by its own schema; the replayer checks them together.
    replay: {
      // Defaults are filled in by the schema, after those of --server.
      ...valuesOf(
        replay,
        REPLAY_FLAGS.filter((flag) => given.has(flag.attributeName()) || !(flag.key in PRESET)),
        values,
      ),
      tls,
      ...(apiKey && { apiKey }),
    } as ReplayOptions,
    command: commandOptions,
  };
}

function readTls({ insecure, ...files }: CommandOptions): NonNullable<ReplayOptions['tls']> {
  const tls: NonNullable<ReplayOptions['tls']> = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = files[name];
    if (path !== undefined) tls[name] = readTextFile(`--${name}`, path);
  }
  if (insecure === true) tls.insecure = true;
  return tls;
}

/** A key never stands on the command line, where every user of the machine can read it. */
function readApiKey({ apiKeyEnv, apiKeyFile }: CommandOptions): string | undefined {
  if (apiKeyEnv !== undefined && apiKeyFile !== undefined) {
    throw new UsageError('Cannot use --api-key-env and --api-key-file together, expected one');
  }
  if (apiKeyEnv !== undefined) {
    const key = process.env[apiKeyEnv];
    if (!key) throw new UsageError(`Cannot use --api-key-env "${apiKeyEnv}": it is not set`);
    return key.trim();
  }
  if (apiKeyFile === undefined) return undefined;
  const key = readTextFile('--api-key-file', apiKeyFile).trim();
  if (!key) throw new UsageError(`Cannot use --api-key-file "${apiKeyFile}": it is empty`);
  return key;
}
