import type { Shard } from '@trace-replay/replayer/trace';
import type { Command } from 'commander';

import { UsageError } from '../io/errors.ts';
import type { ConfigValue } from './config-file.ts';
import { type Flag, type FlagValues, header, type Parse, repeated, shard } from './flags.ts';
import { variableOf } from './required-flags.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The flags' values by commander's names, and what is to be remarked about their sources. */
export interface CompletedFlags {
  readonly values: FlagValues;
  readonly remarks: readonly string[];
  /** Names of the flags whose values are no defaults. */
  readonly given: ReadonlySet<string>;
}

/** Variables that name no flag and are read all the same. */
const OTHER_VARIABLES = new Set(['REPLAY_SHARDS']);
/** Readers of flags that may be given several times, and what separates values in a variable. */
const SEPARATORS = new Map<Parse, RegExp>([
  [repeated, /[\n,]/],
  [header, /\n/],
]);
/** What Kubernetes sets for every Service of the namespace: of one named "replay-x", these too. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?$/;
const SERVICE_LINK_VALUE = /^(tcp|udp|sctp):\/\//;

/**
 * Completes what stood on the command line by the environment, then by the file of `--config`.
 * Every value goes through its flag's own reader and schema; a message names where it came from.
 *
 * @throws {UsageError} for a value that cannot be used, or a key of the file that is no flag
 */
export async function completeFlags(
  command: Command,
  options: readonly Flag[],
  environment: Environment,
): Promise<CompletedFlags> {
  const values: Record<string, unknown> = { ...command.opts() };
  const isGiven = (option: Flag) => command.getOptionValueSource(option.attributeName()) === 'cli';
  const given = new Set(options.filter(isGiven));
  const take = (option: Flag, texts: readonly string[], origin: string) => {
    if (given.has(option)) return;
    given.add(option);
    values[option.attributeName()] = read(option, texts, origin);
  };
  for (const option of options) {
    const variable = variableOf(option.long ?? '');
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    if (SERVICE_LINK.test(variable) && SERVICE_LINK_VALUE.test(text)) continue;
    const separator = SEPARATORS.get(option.parse);
    const parts = separator && text.split(separator).map((part) => part.trim());
    take(option, parts?.filter((part) => part !== '') ?? [text], variable);
  }
  const { config } = values;
  if (typeof config === 'string') {
    // With its library, which takes as long to load as Node itself.
    const { readConfigFile } = await import('./config-file.ts');
    for (const { key, texts, origin } of readConfigFile(config)) {
      take(optionOf(options, key, origin), texts, origin);
    }
  }
  const names = new Set([...given].map((option) => option.attributeName()));
  return { values, remarks: remarksOn(options, environment), given: names };
}

function optionOf(options: readonly Flag[], key: string, origin: string): Flag {
  const option = options.find(({ long }) => long === `--${key}` && long !== '--config');
  if (option) return option;
  const asFlag = key.replaceAll('_', '-').replace(/[A-Z]/g, (each) => `-${each.toLowerCase()}`);
  const meant = options.some(({ long }) => long === `--${asFlag}`);
  throw new UsageError(
    `Cannot use ${origin}: it is no flag` +
      (meant ? `, expected "${asFlag}"` : ', expected a flag without its dashes') +
      '\n  See replay --help.',
  );
}

function read(option: Flag, texts: ConfigValue['texts'], origin: string): unknown {
  const { long, parse, parseArg } = option;
  const [text = '', second] = texts;
  if (second !== undefined && !SEPARATORS.has(parse)) {
    throw new UsageError(`Cannot use ${origin}: it has several values, expected one`);
  }
  if (option.isBoolean() || option.negate) {
    const value = { true: true, 1: true, false: false, 0: false }[text.toLowerCase()];
    if (value === undefined) {
      throw new UsageError(`Cannot use ${origin} "${text}": expected true or false`);
    }
    return option.negate ? !value : value;
  }
  if (parseArg === undefined) return text;
  try {
    return texts.reduce<unknown>((before, each) => parseArg(each, before), undefined);
  } catch (error) {
    // The flag's reader names the flag; here the value came from elsewhere.
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(error.message.replace(long ?? '', origin), { cause: error });
  }
}

function remarksOn(options: readonly Flag[], environment: Environment): readonly string[] {
  const known = new Set([...options.map(({ long }) => variableOf(long ?? '')), ...OTHER_VARIABLES]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('REPLAY_') && !known.has(name) && !SERVICE_LINK.test(name))
    .sort()
    .map((name) => `The variable ${name} names no flag and is not used.`);
}

/**
 * The shard of a pod of an Indexed Job: its `JOB_COMPLETION_INDEX` of `REPLAY_SHARDS`.
 *
 * @returns nothing when `REPLAY_SHARDS` is not set, whatever the index
 * @throws {UsageError} if the two make no shard
 */
export function shardOfIndexedJob(environment: Environment): Shard | undefined {
  const { REPLAY_SHARDS: count = '', JOB_COMPLETION_INDEX: index = '' } = environment;
  if (count === '') return undefined;
  if (index === '') {
    throw new UsageError(
      `Cannot use REPLAY_SHARDS "${count}": JOB_COMPLETION_INDEX is not set, expected both` +
        '\n  An Indexed Job sets it; elsewhere pass --shard i/n.',
    );
  }
  const found = shard(`${index}/${count}`) as Shard | string;
  if (typeof found === 'string' || found.index >= found.count) {
    throw new UsageError(
      `Cannot use JOB_COMPLETION_INDEX "${index}" of REPLAY_SHARDS "${count}": ` +
        'expected a number from 0 to below the number of shards' +
        '\n  The completions of the Job and REPLAY_SHARDS must be equal.',
    );
  }
  return found;
}
