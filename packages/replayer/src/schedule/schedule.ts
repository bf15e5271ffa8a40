import { OptionsError } from '../errors/errors.ts';
import { checkedShard, rowsOfShard, type Shard } from './shard.ts';

export interface ScheduleOptions {
  /** Divides the gaps between rows. */
  readonly speedup?: number | undefined;
  /** Rows with an earlier timestamp are left out; ms of the trace, before the speed-up. */
  readonly startOffsetMs?: number | undefined;
  /** Rows with a later timestamp are left out; milliseconds of the trace, before the speed-up. */
  readonly endOffsetMs?: number | undefined;
  /** At most so many rows, from the first selected one on. */
  readonly limit?: number | undefined;
  /** The part of the selected rows that this process replays; all unless told. */
  readonly shard?: Shard | undefined;
  /** Whether the schedule may have no row. */
  readonly mayBeEmpty?: boolean;
}

/** The selected rows, neighbours in the trace, with their due times; alike for every shard. */
export interface Schedule {
  /** Index of the first selected row in the trace. */
  readonly firstRow: number;
  readonly count: number;
  /** Which of them this process replays: those whose place among them is in the shard. */
  readonly shard: Shard;
  /** How many these are. A shard of more parts than there are rows may have none. */
  readonly ownCount: number;
  /** Whole nanoseconds since the first one is due, not decreasing, in the order of the trace. */
  readonly dueNs: Float64Array;
}

const NS_PER_MS = 1e6;

/**
 * Selects rows and says when each is due: (timestamp − first selected timestamp) ÷ speed-up, to the
 * nearest nanosecond, halves up. Rounding never reverses an order, so dues do not decrease.
 *
 * @param timestampsMs of all rows of the trace, not decreasing
 * @throws {OptionsError} if no row is selected and one has to be, or the last due time is beyond
 *   2^53 ns (104 days)
 */
export function createSchedule(
  timestampsMs: Float64Array,
  {
    speedup = 1,
    startOffsetMs = -Infinity,
    endOffsetMs = Infinity,
    limit = Infinity,
    shard = { index: 0, count: 1 },
    mayBeEmpty = false,
  }: ScheduleOptions = {},
): Schedule {
  if (!(speedup > 0 && speedup < Infinity)) {
    const problem = `speed-up "${speedup}", expected a finite number above 0`;
    throw new OptionsError(`Cannot use ${problem}`, 'speedup');
  }
  if (!(limit >= 1 && (limit === Infinity || Number.isInteger(limit)))) {
    throw new OptionsError(
      `Cannot use limit "${limit}", expected a whole number of rows, at least 1`,
      'limit',
    );
  }
  const firstRow = firstIndex(timestampsMs, (timestamp) => timestamp >= startOffsetMs);
  const end = firstIndex(timestampsMs, (timestamp) => timestamp > endOffsetMs);
  const count = Math.min(end - firstRow, limit);
  if (!(count > 0 || mayBeEmpty)) throw nothingSelected(timestampsMs, startOffsetMs, endOffsetMs);

  const selected = timestampsMs.subarray(firstRow, firstRow + count);
  const [zeroMs = 0] = selected;
  const dueNs = selected.map((timestamp) =>
    Math.round(((timestamp - zeroMs) * NS_PER_MS) / speedup),
  );
  const lastNs = dueNs[count - 1] ?? 0;
  if (lastNs > Number.MAX_SAFE_INTEGER) {
    throw new OptionsError(
      `Cannot schedule ${count} rows: the last one is due after ${lastNs / NS_PER_MS} ms, ` +
        `expected at most ${Math.floor(Number.MAX_SAFE_INTEGER / NS_PER_MS)}` +
        '\n  Raise "speedup", or select fewer rows; timestamps are milliseconds.',
      'speedup',
    );
  }
  checkedShard(shard);
  return { firstRow, count, shard, ownCount: rowsOfShard(shard, count), dueNs };
}

/** Whether a row is selected; to be asked for the timestamps of all rows in order. */
export type SelectRow = (timestampMs: number) => boolean;

/** Selects the rows of `createSchedule`, of all shards, before all timestamps are known. */
export function createRowSelector({
  startOffsetMs = -Infinity,
  endOffsetMs = Infinity,
  limit = Infinity,
}: Omit<ScheduleOptions, 'speedup' | 'shard'>): SelectRow {
  let left = limit;
  return (timestampMs) => timestampMs >= startOffsetMs && timestampMs <= endOffsetMs && left-- > 0;
}

function firstIndex(timestampsMs: Float64Array, test: (timestampMs: number) => boolean): number {
  const index = timestampsMs.findIndex(test);
  return index < 0 ? timestampsMs.length : index;
}

function nothingSelected(
  timestampsMs: Float64Array,
  startOffsetMs: number,
  endOffsetMs: number,
): OptionsError {
  const rows = `${timestampsMs.length} rows, from ${timestampsMs[0]} to ${timestampsMs.at(-1)} ms`;
  const start = startOffsetMs === -Infinity ? 0 : startOffsetMs;
  const end = endOffsetMs === Infinity ? 'the end' : `${endOffsetMs} ms`;
  return new OptionsError(
    `Cannot select rows from ${start} ms to ${end}: ` +
      `the trace has ${rows}, expected at least one of them` +
      '\n  Offsets are times of the trace, before the speed-up.',
    'startOffsetMs',
  );
}

/** The load of this process's own rows on the client and the server. */
export function describeSchedule(schedule: Schedule) {
  const { dueNs, shard, ownCount: rows } = schedule;
  let maxRowsAtOnce = 0;
  let instants = 0;
  let rowsAtOnce = 0;
  let previousNs = -1;
  for (let place = shard.index; place < dueNs.length; place += shard.count) {
    const due = dueNs[place] ?? 0;
    if (due !== previousNs) {
      instants++;
      rowsAtOnce = 0;
    }
    rowsAtOnce++;
    maxRowsAtOnce = Math.max(maxRowsAtOnce, rowsAtOnce);
    previousNs = due;
  }
  const lastPlace = shard.index + (rows - 1) * shard.count;
  const spanNs = rows === 0 ? 0 : (dueNs[lastPlace] ?? 0) - (dueNs[shard.index] ?? 0);
  return {
    rows,
    /** From the first due time to the last. */
    spanNs,
    /** Most rows due at one instant: a burst that must leave at once. */
    maxRowsAtOnce,
    /** Different due times. */
    instants,
    /** Rows ÷ span; absent when all are due at once. */
    ...(spanNs > 0 && { rowsPerSecond: (rows / spanNs) * 1e9 }),
  };
}
