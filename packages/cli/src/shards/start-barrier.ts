import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Conditions } from '@trace-replay/metrics';
import { conditionsSchema, differencesBetweenShards } from '@trace-replay/metrics/internal';
import { ReadinessError } from '@trace-replay/replayer';
import type { Shard } from '@trace-replay/replayer/trace';
import * as z from 'zod';

import { createOnce, readOnce } from '../artifacts/create-once.ts';
import { UsageError } from '../io/errors.ts';
import { cannotWrite } from '../artifacts/write-part.ts';

/** Where the shards of a run agree on when it starts: a directory that all of them see. */
export interface StartBarrier {
  /** Wall clock when the first shard came, ms since the Unix epoch: all shards read the same. */
  readonly openedUnixMs: number;
  /**
   * Says that this shard is ready, and waits until all are.
   *
   * @returns the run's zero on the wall clock, ms since the Unix epoch
   * @throws {ReadinessError} if the run will not start, and why
   */
  meet(meeting: Meeting): Promise<number>;
  /** Says that the run will not start, unless it is decided already. */
  giveUp(reason: string): void;
}

export interface Meeting {
  readonly conditions: Conditions;
  /** Longest wait for the others. */
  readonly waitMs: number;
  /** From the last arrival to the zero. */
  readonly leadMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 200;

const openedSchema = z.object({ unix_ms: z.number() });
const arrivalSchema = z.object({ host: z.string(), conditions: conditionsSchema });
const decisionSchema = z.union([
  z.object({ start_unix_ms: z.number() }),
  z.object({ given_up_by: z.string(), reason: z.string() }),
]);

/**
 * Comes to the barrier's directory, making it if need be. Its files are described in
 * `docs/scale.md`; each is created once, whole, and never changed.
 *
 * @throws {UsageError} if a run started from there before
 * @throws {ReadinessError} if another shard has given up already
 */
export function openBarrier(directory: string, shard: Shard): StartBarrier {
  const place = (name: string) => join(directory, name);
  const me = shardName(shard);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw cannotWrite(directory, error);
  }
  // Another shard may have given up before this one came: then the run is over,
  // not the directory old.
  if (decidedZero() !== undefined) {
    throw unusable('a run was decided there already');
  }
  createOnce(place('opened.json'), { unix_ms: Date.now() });
  const opened = openedSchema.safeParse(readOnce(place('opened.json')));
  if (!opened.success) throw unusable('its opened.json cannot be read');

  function unusable(what: string): UsageError {
    const expected = 'expected a directory of its own for every run';
    return new UsageError(`Cannot use --start-barrier "${directory}": ${what}, ${expected}`);
  }

  /** The zero, once decided. */
  function decidedZero(): number | undefined {
    const found = readOnce(place('decided.json'));
    if (found === undefined) return undefined;
    const decision = decisionSchema.parse(found);
    if ('start_unix_ms' in decision) return decision.start_unix_ms;
    throw new ReadinessError(
      `Cannot start: ${decision.given_up_by} gave up, so no shard starts: ${decision.reason}` +
        '\n  Another run needs another --start-barrier.',
    );
  }

  const absent = new Set(
    Array.from({ length: shard.count }, (_, index) => shardName({ index, count: shard.count })),
  );
  const arrivals = new Map<string, Conditions>();

  function lookForArrivals(): void {
    for (const name of absent) {
      const found = readOnce(place(`${name}.json`));
      if (found === undefined) continue;
      arrivals.set(name, arrivalSchema.parse(found).conditions);
      absent.delete(name);
    }
  }

  function giveUp(reason: string): void {
    createOnce(place('decided.json'), { given_up_by: me, reason });
  }

  return {
    openedUnixMs: opened.data.unix_ms,
    giveUp,
    async meet({ conditions, waitMs, leadMs, signal }) {
      if (!createOnce(place(`${me}.json`), { host: hostname(), conditions })) {
        throw new UsageError(
          `Cannot run ${me}: another process is that shard already, expected each shard once` +
            `\n  See "${place(`${me}.json`)}".`,
        );
      }
      const untilMs = performance.now() + waitMs;
      for (;;) {
        const zero = decidedZero();
        if (zero !== undefined) return zero;
        lookForArrivals();
        if (absent.size === 0) decide(conditions, leadMs);
        else if (performance.now() > untilMs) {
          giveUp(`after ${waitMs / 1000} s it had not seen ${listed([...absent])}`);
        } else {
          await sleep(POLL_MS, undefined, { signal });
        }
      }
    },
  };

  function decide(conditions: Conditions, leadMs: number): void {
    for (const [name, theirs] of arrivals) {
      const differing = differencesBetweenShards(conditions, theirs);
      if (differing.length > 0) {
        giveUp(`${name} has another ${differing.join(', ')}`);
        return;
      }
    }
    createOnce(place('decided.json'), { start_unix_ms: Date.now() + leadMs, decided_by: me });
  }
}

/** `shard-0-of-4`: the name of a shard's directory and of its file at the barrier. */
export function shardName({ index, count }: Shard): string {
  return `shard-${index}-of-${count}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
