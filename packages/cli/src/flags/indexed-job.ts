import type { Shard } from '@trace-replay/replayer/trace';

import { UsageError } from '../io/errors.ts';
import type { Environment } from './flag-sources.ts';
import { shard as parse } from './flags.ts';

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
  const found = parse(`${index}/${count}`) as Shard | string;
  if (typeof found === 'string' || found.index >= found.count) {
    throw new UsageError(
      `Cannot use JOB_COMPLETION_INDEX "${index}" of REPLAY_SHARDS "${count}": ` +
        'expected a number from 0 to below the number of shards' +
        '\n  The completions of the Job and REPLAY_SHARDS must be equal.',
    );
  }
  return found;
}
