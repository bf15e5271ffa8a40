import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  parseRecord,
  type RequestRecord,
  runStateSchema,
  summarySchema,
} from '@trace-replay/metrics';
import { type MockProcess, startMock } from '@trace-replay/mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createScratch, type Ended, runCli, type Scratch, spawnCli } from '../test/run-cli.ts';

let scratch: Scratch;
let mock: MockProcess | undefined;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(async () => {
  await mock?.stop();
  mock = undefined;
  scratch.remove();
});

/**
 * How far the groups lie apart: two cores must be done with 16 cold processes' part of one group
 * before the next is due, or the rows wait for ever more rows before them.
 */
const GROUP_GAP_MS = 250;

/** Long enough for one process to be done with a row before another has to send the next. */
const ALONE_GAP_MS = 60;

/**
 * Milliseconds from the first row at which rows are due: groups due at one instant,
 * then rows alone.
 */
function groupsThenAlone(groups: number, together: number, alone: number): number[] {
  const grouped = Array.from(
    { length: groups * together },
    (_, row) => Math.floor(row / together) * GROUP_GAP_MS,
  );
  const rest = Array.from({ length: alone }, (_, i) => groups * GROUP_GAP_MS + i * ALONE_GAP_MS);
  return [...grouped, ...rest];
}

function traceDueAt(dueMs: readonly number[]): string {
  const lines = dueMs.map((ms, row) =>
    JSON.stringify({ timestamp: 1000 + ms, input_length: 20, output_length: 3, hash_ids: [row] }),
  );
  return scratch.write('day.jsonl', `${lines.join('\n')}\n`);
}

/** Between two instants that follow one another. */
function longestGapNs(instantsNs: readonly number[]): number {
  return Math.max(...instantsNs.slice(1).map((atNs, i) => atNs - (instantsNs[i] ?? NaN)));
}

/** Later than this a row is not for want of a core, but because its process was not ready. */
const READY_WITHIN_NS = 500e6;

/** Starts every shard as the pods of an Indexed Job are: by the environment alone. */
function runShards(count: number, trace: string, url: string): Promise<Ended[]> {
  const shards = Array.from({ length: count }, (_, index) =>
    spawnCli([], {
      env: {
        REPLAY_TRACE: trace,
        REPLAY_URL: url,
        REPLAY_ARTIFACT_DIR: join(scratch.path, 'artifacts'),
        REPLAY_RUN_ID: 'night-7',
        REPLAY_START_BARRIER: join(scratch.path, 'barrier'),
        REPLAY_START_LEAD: '1',
        REPLAY_SHARDS: String(count),
        JOB_COMPLETION_INDEX: String(index),
      },
    }),
  );
  return Promise.all(shards);
}

const shardPath = (index: number, count: number) =>
  join(scratch.path, `artifacts/night-7/day/shard-${index}-of-${count}`);

function recordsIn(path: string): RequestRecord[] {
  const lines = readFileSync(join(path, 'records.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map(parseRecord);
}

describe('replay --shard', () => {
  test.each([1, 4, 16])(
    'sends every row once from %i processes, on one schedule',
    async (count) => {
      const grouped = 12 * 8;
      const dueMs = groupsThenAlone(12, 8, 32);
      const rows = dueMs.length;
      const trace = traceDueAt(dueMs);
      mock = await startMock({ latency: { ttftMs: 5, itlMs: 1 } });
      const ticksNs: bigint[] = [];
      const ticking = setInterval(() => ticksNs.push(process.hrtime.bigint()), 5);
      const ended = await runShards(count, trace, mock.url);
      clearInterval(ticking);
      expect(ended.map(({ code, stderr }) => (code === 0 ? '' : stderr)).join('')).toBe('');

      // At the server every row of the trace has arrived once, under the run's one name.
      const { requests } = await mock.journal();
      const ids = requests.flatMap(({ request_id: id }) =>
        id?.startsWith('night-7-') ? [id] : [],
      );
      const all = Array.from({ length: rows }, (_, row) => `night-7-${row}`);
      expect(ids.sort()).toEqual(all.sort());

      // One zero for all, and due times that count from the first row of the whole trace.
      const states = Array.from({ length: count }, (_, index) =>
        runStateSchema.parse(
          JSON.parse(readFileSync(join(shardPath(index, count), 'run.json'), 'utf8')),
        ),
      );
      expect(new Set(states.map(({ zero }) => zero?.unix_ms)).size).toBe(1);
      const zeros = states.map(({ zero }) => Number(BigInt(zero?.monotonic_ns ?? 0) / 1000n));
      expect(Math.max(...zeros) - Math.min(...zeros)).toBeLessThan(1000);
      for (const [index, { run }] of states.entries()) {
        const records = recordsIn(shardPath(index, count));
        expect(run.shard).toEqual({ index, count, rows: records.length });
        for (const { row, due_ns: dueNs, sent_ns: sentNs = Infinity } of records) {
          expect(row % count).toBe(index);
          expect(dueNs).toBe((dueMs[row] ?? NaN) * 1e6);
          expect(sentNs - dueNs).toBeLessThan(READY_WITHIN_NS);
        }
      }

      // No row arrives early, and none later than its process says that it was sent and the way
      // takes. Rows that are due together wait for one another on two cores, so the way is that of
      // the rows that are due alone: of each shard's the one that took least, and what this process
      // itself was kept waiting meanwhile is let pass, at the sender and at the server.
      const zeroNs = BigInt(states[0]?.zero?.monotonic_ns ?? 0);
      const keptWaitingNs = longestGapNs(
        ticksNs
          .map((atNs) => Number(atNs - zeroNs))
          .filter((atNs) => atNs > (dueMs[grouped] ?? NaN) * 1e6),
      );
      const arrivedNs = new Map(
        requests.map(({ request_id: id, headers_ns: atNs }) => [id, Number(BigInt(atNs) - zeroNs)]),
      );
      for (const index of states.keys()) {
        const waysNs = recordsIn(shardPath(index, count)).flatMap(({ row, due_ns, sent_ns }) => {
          const sinceDueNs = (arrivedNs.get(`night-7-${row}`) ?? NaN) - due_ns;
          expect(sinceDueNs).toBeGreaterThan(-1e6);
          return row < grouped ? [] : [sinceDueNs - ((sent_ns ?? NaN) - due_ns)];
        });
        expect(Math.min(...waysNs)).toBeLessThan(50e6 + 2 * keptWaitingNs);
      }

      // Merged, the figures are those of the joined records.
      const merged = await runCli(['merge', join(scratch.path, 'artifacts/night-7'), '--json']);
      expect(merged).toMatchObject({ code: 0, stderr: '' });
      const joined = join(scratch.path, 'artifacts/night-7/day');
      const report = await runCli(['report', joined, '--json']);
      const summary = summarySchema.parse(JSON.parse(merged.stdout));
      expect(JSON.parse(report.stdout)).toEqual(summary);
      expect(summary.shards).toMatchObject({ count, merged: count });
      expect(summary.rows).toMatchObject({ total: rows, ok: rows });
      expect(recordsIn(joined).map(({ row }) => row)).toHaveLength(rows);
    },
    120_000,
  );

  const mistakes: [mistake: string, args: string[], env: Record<string, string>, says: string][] = [
    ['without a common start', ['--shard', '0/4'], {}, 'the shards have no common start'],
    ['that is not there', ['--shard', '4/4'], {}, 'Cannot use --shard "4/4": expected i from 0'],
    ['in words', ['--shard', 'one'], {}, 'Cannot use --shard "one": expected'],
    ['at a time that has passed', ['--start-at', '2020-01-01T00:00:00Z'], {}, 'it passed'],
    [
      'at a time without a zone',
      ['--start-at', '2030-01-01T00:00:00'],
      {},
      'Cannot use --start-at',
    ],
    ['with a barrier alone', ['--start-barrier', 'b'], {}, 'without --shard, expected both'],
    [
      'with two starts',
      ['--shard', '0/2', '--start-at', '2999-01-01T00:00:00Z', '--start-barrier', 'b'],
      {},
      'together, expected one',
    ],
    ['of a Job that has no index', [], { REPLAY_SHARDS: '4' }, 'JOB_COMPLETION_INDEX is not set'],
    [
      'of a Job with too many pods',
      [],
      { REPLAY_SHARDS: '4', JOB_COMPLETION_INDEX: '4' },
      'Cannot use JOB_COMPLETION_INDEX "4" of REPLAY_SHARDS "4"',
    ],
  ];

  test.concurrent.each(mistakes)('refuses a shard %s', async (_mistake, args, env, says) => {
    const trace = join(import.meta.dirname, '../../../fixtures/traces/ten.jsonl');
    const root = join(scratch.path, 'none');
    const argv = ['--trace', trace, '--url', 'http://127.0.0.1:1', '--artifact-dir', root, ...args];
    const ended = await spawnCli(argv, { env });
    expect(ended.stderr).toContain(says);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(root)).toBe(false);
  });

  test('leaves nothing and lets the others go when a shard that waits for them is stopped', async () => {
    const trace = traceDueAt(groupsThenAlone(2, 2, 0));
    mock = await startMock({ latency: { ttftMs: 5, itlMs: 1 } });
    const barrier = join(scratch.path, 'barrier');
    const flags = ['--trace', trace, '--url', mock.url, '--run-id', 'night'];
    const common = ['--start-barrier', barrier, '--artifact-dir', join(scratch.path, 'artifacts')];
    const waiting = spawnCli([...flags, ...common, '--shard', '0/3']);
    const stopped = await spawnCli([...flags, ...common, '--shard', '1/3'], {
      onSpawn(child) {
        const looking = setInterval(() => {
          if (!existsSync(join(barrier, 'shard-1-of-3.json'))) return;
          clearInterval(looking);
          child.kill('SIGTERM');
        }, 20);
      },
    });
    expect(stopped).toMatchObject({ code: 6, stdout: '' });
    expect(stopped.stderr).toContain('SIGTERM (15): nothing was sent.');
    const left = await waiting;
    expect(left).toMatchObject({ code: 3, stdout: '' });
    expect(left.stderr).toContain('shard-1-of-3 gave up, so no shard starts');
    expect(existsSync(join(scratch.path, 'artifacts/night'))).toBe(false);
    const { requests } = await mock.journal();
    expect(requests.filter(({ request_id: id }) => id?.startsWith('night-'))).toEqual([]);
  });

  test('lets the others go at once when one shard cannot start', async () => {
    const trace = traceDueAt(groupsThenAlone(2, 2, 0));
    mock = await startMock({ latency: { ttftMs: 5, itlMs: 1 } });
    const started = performance.now();
    const flags = ['--trace', trace, '--start-barrier', join(scratch.path, 'barrier')];
    const [waiting, failing] = await Promise.all([
      spawnCli([...flags, '--shard', '0/2', '--url', mock.url, '--artifact-dir', scratch.path]),
      spawnCli([
        ...flags,
        '--shard',
        '1/2',
        '--url',
        'http://127.0.0.1:1',
        '--wait-for-model',
        '0',
      ]),
    ]);
    expect(failing).toMatchObject({ code: 3 });
    expect(waiting).toMatchObject({ code: 3, stdout: '' });
    expect(waiting.stderr).toContain('shard-1-of-2 gave up, so no shard starts');
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(existsSync(join(scratch.path, 'day'))).toBe(false);
  });
});
