import { readFileSync } from 'node:fs';

import { type ReplayOptions, replayOptionsSchema } from '@trace-replay/replayer';
import { Option } from 'commander';

import { UsageError } from '../io/errors.ts';
import {
  flagFor,
  header,
  jsonObject,
  number,
  numberOrWord,
  range,
  repeated,
  shard,
} from './flags.ts';
import { type RunOptions, runOptionsSchema } from './command-options.ts';

const replay = replayOptionsSchema.shape;
const run = runOptionsSchema.shape;

/** Flags of the replay, in the groups in which `--help` shows them. */
export const REPLAY_FLAGS: readonly (readonly [group: string, flags: readonly Option[]])[] = [
  [
    'Configuration',
    [new Option('--config <file>', 'YAML or JSON file with flags; see docs/configuration.md')],
  ],
  [
    'Trace and target',
    [
      flagFor(replay, 'trace', '--trace <file>'),
      flagFor(replay, 'urls', '--url <url>', repeated),
      flagFor(replay, 'model', '--model <name>'),
      flagFor(replay, 'endpoint', '--endpoint <api>'),
    ],
  ],
  [
    'Schedule',
    [
      flagFor(replay, 'speedup', '--speedup <factor>', number),
      flagFor(replay, 'startOffsetMs', '--start-offset <ms>', number),
      flagFor(replay, 'endOffsetMs', '--end-offset <ms>', number),
      flagFor(replay, 'limit', '--limit <rows>', number),
    ],
  ],
  [
    'Requests',
    [
      flagFor(replay, 'seed', '--seed <number>', number),
      flagFor(replay, 'blockSize', '--block-size <tokens>', number),
      flagFor(replay, 'outputLength', '--output-length <mode>'),
      flagFor(replay, 'prompt', '--prompt <form>'),
      flagFor(replay, 'tokenIdRange', '--token-id-range <from-to>', range).default(
        undefined,
        '1000-4999',
      ),
      flagFor(replay, 'body', '--body <json>', jsonObject),
      flagFor(replay, 'headers', '--header <name: value>', header),
      flagFor(replay, 'serverDetails', '--server-details <mode>'),
    ],
  ],
  [
    'Connections',
    [
      flagFor(replay, 'requestTimeoutSeconds', '--request-timeout <seconds>', number),
      flagFor(replay, 'connectTimeoutSeconds', '--connect-timeout <seconds>', number),
      flagFor(replay, 'firstTokenTimeoutSeconds', '--first-token-timeout <seconds>', number),
      flagFor(replay, 'betweenTokensTimeoutSeconds', '--between-tokens-timeout <seconds>', number),
      flagFor(replay, 'maxConnections', '--max-connections <count>', number),
      flagFor(replay, 'workers', '--workers <count>', numberOrWord),
      new Option('--api-key-env <variable>', 'environment variable that holds the API key'),
      new Option('--api-key-file <file>', 'file that holds the API key'),
      new Option('--ca <file>', 'PEM file with the authorities to trust'),
      new Option('--cert <file>', 'PEM file with our certificate'),
      new Option('--key <file>', 'PEM file with its key'),
      new Option('--insecure', 'accept any certificate'),
    ],
  ],
  [
    'Before and after',
    [
      flagFor(replay, 'waitForModelSeconds', '--wait-for-model <seconds>', number),
      flagFor(replay, 'warmUpRequests', '--warm-up-requests <count>', number),
      flagFor(replay, 'warmUpConcurrency', '--warm-up-concurrency <count>', number),
      flagFor(replay, 'warmUpInputLength', '--warm-up-input-length <tokens>', number),
      flagFor(replay, 'warmUpOutputLength', '--warm-up-output-length <tokens>', number),
      flagFor(replay, 'drainSeconds', '--drain <seconds>', number),
    ],
  ],
  [
    'Results',
    [
      flagFor(run, 'goodput', '--goodput <objectives>'),
      flagFor(run, 'artifactDir', '--artifact-dir <directory>'),
      flagFor(run, 'name', '--name <name>'),
      flagFor(run, 'progress', '--progress <mode>'),
      flagFor(run, 'json', '--json'),
      flagFor(run, 'export', '--export <format>', repeated),
      flagFor(run, 'failIf', '--fail-if <condition>', repeated),
      flagFor(run, 'fidelityGate', '--no-fidelity-gate'),
      flagFor(run, 'dryRun', '--dry-run'),
    ],
  ],
  [
    'Metrics',
    [
      flagFor(run, 'serverMetrics', '--server-metrics <url>', repeated),
      flagFor(run, 'metricsPort', '--metrics-port <port>', number),
      flagFor(run, 'metricsHost', '--metrics-host <address>'),
    ],
  ],
  [
    'Shards',
    [
      flagFor(replay, 'shard', '--shard <i/n>', shard),
      flagFor(replay, 'runId', '--run-id <id>'),
      flagFor(replay, 'startAt', '--start-at <time>'),
      flagFor(run, 'startBarrier', '--start-barrier <directory>'),
      flagFor(run, 'waitForShardsSeconds', '--wait-for-shards <seconds>', number),
      flagFor(run, 'startLeadSeconds', '--start-lead <seconds>', number),
    ],
  ],
];

/** Values of the flags, as commander names them. */
export type ReplayFlags = Readonly<Record<string, unknown>>;

/** commander's names → those of the schema, where they differ. */
const RENAMED: Readonly<Record<string, keyof ReplayOptions | keyof RunOptions>> = {
  url: 'urls',
  header: 'headers',
  startOffset: 'startOffsetMs',
  endOffset: 'endOffsetMs',
  requestTimeout: 'requestTimeoutSeconds',
  connectTimeout: 'connectTimeoutSeconds',
  firstTokenTimeout: 'firstTokenTimeoutSeconds',
  betweenTokensTimeout: 'betweenTokensTimeoutSeconds',
  waitForModel: 'waitForModelSeconds',
  drain: 'drainSeconds',
  waitForShards: 'waitForShardsSeconds',
  startLead: 'startLeadSeconds',
};

const FILE_FLAGS = new Set(['config', 'apiKeyEnv', 'apiKeyFile', 'ca', 'cert', 'key', 'insecure']);

/**
 * Values of the flags → options of the replay and of the command.
 *
 * @throws {UsageError} if a required flag is missing or a file named by one cannot be read
 */
export function readReplayFlags(flags: ReplayFlags): { replay: ReplayOptions; run: RunOptions } {
  if (flags['trace'] === undefined) throw missing('--trace', '--trace trace.jsonl');
  if (flags['url'] === undefined) throw missing('--url', '--url http://localhost:8000');
  const replayOptions: Record<string, unknown> = { tls: readTls(flags) };
  const runOptions: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || FILE_FLAGS.has(name)) continue;
    const key = RENAMED[name] ?? name;
    if (key in run) runOptions[key] = value;
    else replayOptions[key] = value;
  }
  const apiKey = readApiKey(flags);
  if (apiKey !== undefined) replayOptions['apiKey'] = apiKey;
  return {
    // Each value was checked by its own schema; the replayer checks them together.
    replay: replayOptions as ReplayOptions,
    run: runOptionsSchema.parse(runOptions),
  };
}

function missing(flag: string, example: string): UsageError {
  return new UsageError(`Cannot replay: ${flag} is missing, expected for example ${example}`);
}

function readTls(flags: ReplayFlags): NonNullable<ReplayOptions['tls']> {
  const tls: NonNullable<ReplayOptions['tls']> = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = flags[name];
    if (typeof path === 'string') tls[name] = readTextFile(`--${name}`, path);
  }
  if (flags['insecure'] === true) tls.insecure = true;
  return tls;
}

/** A key never stands on the command line, where every user of the machine can read it. */
function readApiKey(flags: ReplayFlags): string | undefined {
  const { apiKeyEnv, apiKeyFile } = flags;
  if (typeof apiKeyEnv === 'string' && typeof apiKeyFile === 'string') {
    throw new UsageError('Cannot use --api-key-env and --api-key-file together, expected one');
  }
  if (typeof apiKeyEnv === 'string') {
    const key = process.env[apiKeyEnv];
    if (!key) throw new UsageError(`Cannot use --api-key-env "${apiKeyEnv}": it is not set`);
    return key.trim();
  }
  if (typeof apiKeyFile === 'string') {
    const key = readTextFile('--api-key-file', apiKeyFile).trim();
    if (!key) throw new UsageError(`Cannot use --api-key-file "${apiKeyFile}": it is empty`);
    return key;
  }
  return undefined;
}

function readTextFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot read ${flag} "${path}": ${code ?? 'it is no file'}`, {
      cause: error,
    });
  }
}
