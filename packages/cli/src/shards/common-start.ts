import type { Conditions } from '@trace-replay/metrics';
import { ReadinessError, type ReplayOptions, type Zero } from '@trace-replay/replayer';
import { zeroAt } from '@trace-replay/replayer/internal';

import { UsageError } from '../io/errors.ts';
import type { CommandOptions } from '../flags/command-options.ts';
import { openBarrier } from './start-barrier.ts';

/** When a run starts, if not as soon as it can: one instant for all its shards. */
export interface CommonStart {
  /** Of the run's directory, in seconds since the Unix epoch. */
  readonly epochSeconds: number;
  /**
   * Waits, now that target, senders and first bodies are ready, until the zero is agreed upon.
   *
   * @throws {ReadinessError} if it has passed, or the other shards do not come
   */
  agree(conditions: Conditions, signal: AbortSignal): Promise<Zero | undefined>;
  /** What is waited for, for the person at the terminal. */
  readonly waiting?: string;
  /** This shard will not start. Never throws: there is another error to tell of. */
  giveUp(reason: string): void;
}

/**
 * Checks how the shards are to come to one zero: by `--start-at`, or at `--start-barrier`.
 *
 * @throws {UsageError} if there are several shards and no way, or a way that cannot be taken
 */
export function prepareCommonStart(
  { shard, startAt }: Pick<ReplayOptions, 'shard' | 'startAt'>,
  options: Pick<CommandOptions, 'startBarrier' | 'startLeadSeconds' | 'waitForShardsSeconds'>,
): CommonStart {
  const { startBarrier, startLeadSeconds, waitForShardsSeconds } = options;
  const none = () => undefined;
  if (startAt !== undefined) {
    if (startBarrier !== undefined) {
      throw new UsageError('Cannot use --start-at and --start-barrier together, expected one');
    }
    const unixMs = Date.parse(startAt);
    const lateMs = Date.now() - unixMs;
    if (lateMs > 0) throw new UsageError(`Cannot start at "${startAt}": ${ago(lateMs)}`);
    const agree = () => Promise.resolve(notPassed(unixMs, `--start-at ${startAt}`));
    const waiting = `The first row is due at ${startAt}.`;
    return { epochSeconds: Math.floor(unixMs / 1000), agree, waiting, giveUp: none };
  }
  if (startBarrier !== undefined) {
    if (shard === undefined) {
      throw new UsageError('Cannot use --start-barrier without --shard, expected both');
    }
    const barrier = openBarrier(startBarrier, shard);
    return {
      epochSeconds: Math.floor(barrier.openedUnixMs / 1000),
      async agree(conditions, signal) {
        const waitMs = waitForShardsSeconds * 1000;
        const leadMs = startLeadSeconds * 1000;
        const unixMs = await barrier.meet({ conditions, waitMs, leadMs, signal });
        return notPassed(unixMs, 'the barrier', '\n  Raise --start-lead.');
      },
      waiting: `Waiting for the other shards at ${startBarrier}.`,
      giveUp(reason) {
        try {
          barrier.giveUp(reason);
        } catch {
          // The others find out by their own time limit.
        }
      },
    };
  }
  if (shard !== undefined && shard.count > 1) {
    throw new UsageError(
      `Cannot run shard ${shard.index} of ${shard.count}: the shards have no common start, ` +
        'expected --start-at or --start-barrier',
    );
  }
  const epochSeconds = Math.floor(Date.now() / 1000);
  return { epochSeconds, agree: () => Promise.resolve(undefined), giveUp: none };
}

function notPassed(unixMs: number, what: string, hint = ''): Zero {
  const lateMs = Date.now() - unixMs;
  if (lateMs <= 0) return zeroAt(unixMs);
  throw new ReadinessError(
    `Cannot start at the time of ${what}: this shard was ready for it too late; ${ago(lateMs)}${hint}`,
  );
}

function ago(lateMs: number): string {
  return `it passed ${(lateMs / 1000).toFixed(1)} s ago, expected a time that lies ahead`;
}
