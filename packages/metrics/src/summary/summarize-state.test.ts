import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import type { RunState } from '../schemas/run-state.ts';
import type { ServerMetrics } from '../schemas/server-metrics.ts';
import { QUIET } from '../test/drawn-readings.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from '../test/golden-summary.ts';
import { summarizeState } from './summarize-state.ts';
import { summarize } from './summary.ts';

const STATE: RunState = {
  schema_version: 1,
  status: 'completed',
  run: GOLDEN_RUN,
  conditions: GOLDEN_CONDITIONS,
  objectives: GOLDEN_OBJECTIVES.map(({ metric, limitMs }) => ({ metric, limit_ms: limitMs })),
  zero: { unix_ms: 1_767_323_045_678, monotonic_ns: '1' },
  bodies: { count: 15, bytes: 1500, digest: 'ab' },
  readings: QUIET,
};
const SERVER_METRICS: ServerMetrics = {
  schema_version: 1,
  started_unix_ms: 1,
  ended_unix_ms: 2,
  endpoints: [],
};

/** Of the first records of the golden run, which has 16 rows. */
function accumulatorOf(records = GOLDEN_RECORDS.length): Accumulator {
  const accumulator = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
  for (const { record } of GOLDEN_RECORDS.slice(0, records)) accumulator.add(record);
  return accumulator;
}

describe('summarizeState()', () => {
  test('gives what summarize() makes of the same facts', () => {
    const { run, conditions, bodies, readings } = STATE;
    const zeroUnixMs = 1_767_323_045_678;
    const facts = { status: 'completed', run, conditions, bodies, readings, zeroUnixMs } as const;
    expect(summarizeState(STATE, accumulatorOf(), { serverMetrics: SERVER_METRICS })).toEqual(
      summarize(accumulatorOf(), { ...facts, totalRows: 16, serverMetrics: SERVER_METRICS }),
    );
  });

  test('of a run that left no end is partial: rows without a record were not sent', () => {
    const { status, rows } = summarizeState({ ...STATE, status: 'running' }, accumulatorOf(10));
    expect(status).toBe('partial');
    expect(rows).toMatchObject({
      total: 16,
      not_sent: 6 + accumulatorOf(10).outcomes.get('not_sent'),
    });
  });

  test('throws if there are more records than rows', () => {
    const shard = { index: 0, count: 2, rows: 8 };
    expect(() =>
      summarizeState({ ...STATE, run: { ...GOLDEN_RUN, shard } }, accumulatorOf(9)),
    ).toThrow('Cannot summarize "8 rows"');
  });

  test('of a shard counts the rows of the shard', () => {
    const run = { ...GOLDEN_RUN, shard: { index: 0, count: 2, rows: 9 } };
    expect(summarizeState({ ...STATE, run }, accumulatorOf(9)).rows.total).toBe(9);
  });

  test('of a merged run describes its shards', () => {
    const shards = { count: 2, parts: [{ index: 0, rows: 8, status: 'completed' as const }] };
    expect(summarizeState({ ...STATE, shards }, accumulatorOf()).shards).toEqual({
      count: 2,
      merged: 1,
      missing: [1],
    });
  });

  test('counts from the start of a run whose zero is unknown', () => {
    const { zero: _, ...state } = STATE;
    const accumulator = new Accumulator({ objectives: [] });
    accumulator.serverClock.add(1_767_323_045_700);
    expect(summarizeState(state, accumulator).server_clock).toEqual({ least_ms: 22, most_ms: 22 });
  });
});
