import { describe, expect, test } from 'vitest';

import { GOLDEN_CONDITIONS, GOLDEN_SUMMARY } from '../test/golden-summary.ts';
import { mergeRunStates, type ShardRun } from './merge-run-states.ts';
import { type RunState, runStateSchema } from '../schemas/run-state.ts';

const ZERO = 1_767_323_045_678;

/** Shard `index` of 3 of one run, as it stands when it has ended. */
function shard(index: number, change: Partial<RunState> = {}): ShardRun {
  const started_at = new Date(ZERO).toISOString();
  const ended_at = new Date(ZERO + 1000 * (5 - index)).toISOString();
  const state: RunState = {
    schema_version: 1,
    status: 'completed',
    run: { id: 'night', name: 'n', started_at, ended_at, shard: { index, count: 3, rows: 4 } },
    conditions: {
      ...GOLDEN_CONDITIONS,
      host: { ...GOLDEN_CONDITIONS.host, hostname: `h${index}` },
    },
    objectives: [{ metric: 'request_latency', limit_ms: 1000 }],
    zero: { unix_ms: ZERO, monotonic_ns: String(index) },
    bodies: { count: 4, bytes: 100, digest: 'f'.repeat(63) + String(index) },
    exit_code: 0,
    ...change,
  };
  const isRunning = state.status === 'running';
  return { place: `s${index}`, state, summary: isRunning ? undefined : GOLDEN_SUMMARY };
}

describe('mergeRunStates()', () => {
  test('makes the run of its shards, whatever their order', () => {
    const merged = mergeRunStates([shard(2), shard(0), shard(1)]);
    expect(runStateSchema.parse(merged)).toStrictEqual(merged);
    expect(merged).toMatchObject({
      status: 'completed',
      run: { id: 'night', name: 'n', ended_at: new Date(ZERO + 5000).toISOString() },
      // Three numbers just below 2^256: 3 × (2^256 − 16) + 0 + 1 + 2.
      bodies: { count: 12, bytes: 300, digest: 'f'.repeat(62) + 'd3' },
      shards: { count: 3, parts: [{ hostname: 'h0' }, { hostname: 'h1' }, { hostname: 'h2' }] },
    });
    expect(merged.run.shard).toBeUndefined();
  });

  test.each([
    [['completed', 'stopped', 'completed'], 'stopped'],
    [['stopped', 'failed', 'completed'], 'failed'],
    [['completed', 'running', 'completed'], 'partial'],
    [['completed', 'completed'], 'partial'],
  ] as const)('of shards that are %j is %s', (statuses, status) => {
    const merged = mergeRunStates(statuses.map((each, index) => shard(index, { status: each })));
    expect(merged.status).toBe(status);
    expect(merged.bodies === undefined).toBe(status === 'partial');
  });

  const { run, conditions } = shard(1).state;
  const other: [what: string, change: Partial<RunState>, says: string][] = [
    [
      'trace',
      { conditions: { ...conditions, trace: { ...conditions.trace, rows: 9 } } },
      'trace.rows',
    ],
    ['flag', { conditions: { ...conditions, flags: { seed: 9 } } }, 'flags.seed'],
    ['objective', { objectives: [] }, 'objectives'],
    ['run', { run: { ...run, id: 'day' } }, 'run.id'],
    [
      'count of shards',
      { run: { ...run, shard: { index: 1, count: 4, rows: 4 } } },
      'run.shard.count',
    ],
    ['zero', { zero: { unix_ms: ZERO + 1, monotonic_ns: '1' } }, 'zero'],
  ];

  test.each(other)('refuses a shard of another %s by name', (_what, change, says) => {
    const shards = [shard(0), shard(1, change), shard(2)];
    expect(() => mergeRunStates(shards)).toThrow('Cannot merge "s1": it has another');
    expect(() => mergeRunStates(shards)).toThrow(new RegExp(`${says}.* than "s0"`));
  });

  test('refuses a shard that is there twice, a whole run, and nothing', () => {
    const again = { ...shard(1), place: 'copy' };
    expect(() => mergeRunStates([shard(0), shard(1), again])).toThrow(
      'Cannot merge "copy": it is shard 1 of 3, and so is "s1"',
    );
    const { shard: _shard, ...whole } = run;
    expect(() => mergeRunStates([shard(0, { run: whole })])).toThrow('it is a whole run');
    expect(() => mergeRunStates([])).toThrow('expected shards');
  });
});
