import { join } from 'node:path';

import { runStateSchema, summarySchema } from '@trace-replay/metrics';
import { createMockServer, type MockServer } from '@trace-replay/mock';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';

/** The gate is shut for this file: an empty variable counts as not set. */
const GATED = { REPLAY_NO_FIDELITY_GATE: '' };

let scratch: Scratch;
let server: MockServer;

beforeEach(async () => {
  scratch = createScratch();
  server = await createMockServer({ latency: { ttftMs: 5, itlMs: 2 } });
});

afterEach(async () => {
  await server.stop();
  scratch.remove();
});

function flags(trace: string, ...more: string[]): string[] {
  const artifacts = join(scratch.path, 'artifacts');
  return ['--trace', trace, '--url', server.url, '--artifact-dir', artifacts, ...more];
}

/** Rows due within 1 ms, for one socket: each waits for all before it, many times the TTFT. */
const HOPELESS = Array.from(
  { length: 100 },
  (_, row) => `{"timestamp":${row * 0.01},"input_length":2,"output_length":1}\n`,
).join('');
/** Such gaps look like seconds. */
const ONE_SOCKET = ['--time-unit', 'ms', '--max-connections', '1'];

test('a run that its machine cannot keep is invalid: exit 5, said everywhere', async () => {
  const trace = scratch.write('t.jsonl', HOPELESS);
  const { code, stdout, stderr } = await runCli(
    flags(trace, ...ONE_SOCKET, '--progress', 'none'),
    GATED,
  );
  expect(code).toBe(5);
  expect(stdout).toMatch(/^(verdict|measurement) +invalid/m);
  expect(stdout).toMatch(/of 100 rows left more than/);
  expect(stderr).toContain('The measurement is invalid. ');
  const summary = summarySchema.parse(
    JSON.parse(scratch.read(`${scratch.results()}/summary.json`)),
  );
  expect(summary.fidelity?.verdict).toBe('invalid');
  expect(summary.fidelity?.claims.schedule?.verdict).toBe('invalid');
  const run = runStateSchema.parse(JSON.parse(scratch.read(`${scratch.results()}/run.json`)));
  expect(run.exit_code).toBe(5);
  expect(run.readings).toEqual(summary.fidelity?.inputs);

  // The report makes the same verdict again, from the records and the readings alone.
  const again = await runCli(['report', join(scratch.path, scratch.results()), '--json']);
  expect(again.code).toBe(0);
  expect(summarySchema.parse(JSON.parse(again.stdout)).fidelity).toEqual(summary.fidelity);
});

test('--no-fidelity-gate makes an invalid run a warning, also from the environment', async () => {
  const trace = scratch.write('t.jsonl', HOPELESS);
  const gated = await runCli(
    flags(trace, ...ONE_SOCKET, '--progress', 'none', '--no-fidelity-gate'),
    GATED,
  );
  expect(gated).toMatchObject({ code: 0 });
  expect(gated.stderr).toContain('--fidelity-gate off lets it pass');
  const env = { REPLAY_NO_FIDELITY_GATE: 'true' };
  const named = flags(trace, ...ONE_SOCKET, '--progress', 'none', '--name', 'env');
  expect(await runCli(named, env)).toMatchObject({ code: 0 });
});

test('--fail-if stands before the gate, and the message still says that the run is invalid', async () => {
  const trace = scratch.write('t.jsonl', HOPELESS);
  const failing = ['--fail-if', 'rows.ok>0', '--progress', 'none'];
  const { code, stderr } = await runCli(flags(trace, ...ONE_SOCKET, ...failing), GATED);
  expect(code).toBe(4);
  expect(stderr).toContain('--fail-if "rows.ok>0" is met.');
  expect(stderr).toMatch(/The measurement is invalid\. \d+ of 100 rows left .* Raise --max-conn/);
});

test.each([
  ['true', 5],
  ['headline', 5],
  ['strict', 5],
  ['false', 0],
  ['off', 0],
])('REPLAY_FIDELITY_GATE=%s ends an invalid run with %i', async (gate, code) => {
  const trace = scratch.write('t.jsonl', HOPELESS);
  const env = { ...GATED, REPLAY_FIDELITY_GATE: gate };
  expect(await runCli(flags(trace, ...ONE_SOCKET, '--progress', 'none'), env)).toMatchObject({
    code,
  });
});

test('every run has readings of its loop, its process and its machine', async () => {
  const trace = scratch.write('t.jsonl', traceText(30, 50));
  await runCli(flags(trace, '--progress', 'none'));
  const { fidelity } = summarySchema.parse(
    JSON.parse(scratch.read(`${scratch.results()}/summary.json`)),
  );
  const { schedule, loops, host } = fidelity?.inputs ?? {};
  expect(schedule).toEqual({ rows: 30, instants: 30, span_ms: 29 * 50 });
  expect(loops?.receive_error?.count).toBeGreaterThan(20);
  expect(loops?.send_error?.count).toBeGreaterThan(2);
  expect(host?.cpu?.cores_used).toBeGreaterThan(0);
  expect(host?.clocks?.drift_ms).toBeDefined();
  expect(fidelity?.claims.time_to_first_token?.p50?.error_ms).toBeGreaterThan(0);
});

test('a run that was killed has no verdict, and the report says so', async () => {
  const trace = scratch.write('t.jsonl', traceText(200, 100));
  await spawnCli(flags(trace, '--progress', 'plain'), {
    onStderr: (child) => {
      if (scratch.files('artifacts').some((file) => file.endsWith('records.jsonl'))) {
        setTimeout(() => child.kill('SIGKILL'), 700);
      }
    },
  });
  const { code, stdout } = await runCli(['report', join(scratch.path, scratch.results())]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^measurement +unknown: the run left no readings of itself/m);
  const { stdout: json } = await runCli([
    'report',
    join(scratch.path, scratch.results()),
    '--json',
  ]);
  expect(summarySchema.parse(JSON.parse(json))).not.toHaveProperty('fidelity');
});

test('a process that stands still for 400 ms says so: rows left late, and a stall', async () => {
  const trace = scratch.write('t.jsonl', traceText(60, 50));
  let isStopped = false;
  const { stdout } = await spawnCli(flags(trace, '--progress', 'none', '--json'), {
    onSpawn: (child) => {
      const timer = setInterval(() => {
        // Some rows are through: the sending is under way.
        if (isStopped || server.journal().requests.length < 10) return;
        isStopped = true;
        clearInterval(timer);
        child.kill('SIGSTOP');
        setTimeout(() => child.kill('SIGCONT'), 400);
      }, 20);
    },
  });
  const { fidelity } = summarySchema.parse(JSON.parse(stdout));
  expect(fidelity?.verdict).not.toBe('valid');
  const stall = fidelity?.reasons.find(({ kind }) => kind === 'stall');
  expect(stall).toMatchObject({ longest_ms: expect.any(Number) as number });
  expect(stall?.kind === 'stall' && stall.longest_ms).toBeGreaterThan(300);
});

test('a run out of descriptors is invalid for that reason', async () => {
  await server.stop();
  server = await createMockServer({ latency: { ttftMs: 500, itlMs: 0 } });
  const trace = scratch.write('t.jsonl', traceText(400, 0));
  const { code, stdout } = await spawnCli(flags(trace, '--progress', 'none', '--json'), {
    shell: 'ulimit -n 200; exec %',
    env: GATED,
  });
  expect(code).toBe(5);
  const { fidelity, failures } = summarySchema.parse(JSON.parse(stdout));
  expect(fidelity?.verdict).toBe('invalid');
  expect(fidelity?.reasons).toContainEqual({
    kind: 'local_limit',
    verdict: 'invalid',
    decides: true,
    rows: failures.local_limit,
    total: 400,
  });
});

test('--dry-run sends nothing, writes nothing and says whether the run fits', async () => {
  const trace = scratch.write('t.jsonl', traceText(100, 1000));
  const { code, stdout } = await runCli(flags(trace, '--dry-run'));
  expect(stdout).toMatch(/t\.jsonl: 100 rows, nothing sent$/m);
  expect(stdout).toMatch(/^ {2}schedule +99\.00 s, 1\.010 rows\/s on average$/m);
  expect(stdout).toMatch(/^ {2}timer +late by [\d.]+ ms at p50, /m);
  expect([0, 5]).toContain(code);
  expect(stdout).toContain(code === 0 ? 'The run fits' : 'The run does not fit');
  expect(server.journal().requests).toEqual([]);
  expect(scratch.files()).toEqual(['t.jsonl']);
});

test('--dry-run gives the ceiling of cache hits, and what the caches of the flags are expected to have', async () => {
  // Two sessions in turns, each row with one block of its session and one of its own.
  const rows = [1, 2, 1, 2].map((session, index) => ({
    ...{ timestamp: 10 * index, input_length: 1024, output_length: 1 },
    hash_ids: [session, 100 + index],
  }));
  const trace = scratch.write('t.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { stdout: bare } = await runCli(flags(trace, '--dry-run'));
  expect(bare).toMatch(
    /^ {2}ceiling +25\.0 % of the prompt tokens, in one cache without a limit$/m,
  );
  expect(bare).toMatch(/^ {2}expected +needs --server-workers and --server-cache-tokens$/m);
  const caches = ['--server-workers', '1', '--server-cache-tokens'];
  const { stdout: small } = await runCli(flags(trace, '--dry-run', ...caches, '1024'));
  expect(small).toMatch(/^ {2}expected +0 % with KV-aware routing, in 1 cache of 1,024 tokens$/m);
  const { stdout: json } = await runCli(flags(trace, '--dry-run', '--json', ...caches, '4096'));
  expect(JSON.parse(json)).toMatchObject({
    cache: {
      ceiling: { cached_tokens: 1024, prompt_tokens: 4096 },
      expected: {
        workers: 1,
        kv_aware: { cached_tokens: 1024 },
        round_robin: { cached_tokens: 1024 },
      },
    },
  });
  const one = await runCli(flags(trace, '--dry-run', '--server-workers', '2'));
  expect(one.code).toBe(2);
  expect(one.stderr).toContain('only one is given, expected both or none');
});

test('--dry-run exits 5 when descriptors are too few, as JSON with the numbers', async () => {
  const trace = scratch.write('t.jsonl', traceText(400, 1, 100));
  const ended = await spawnCli(flags(trace, '--dry-run', '--json'), {
    shell: 'ulimit -n 256; %',
  });
  expect(ended.code).toBe(5);
  const dry = JSON.parse(ended.stdout) as { readonly misfits: unknown };
  expect(dry).toMatchObject({
    schema_version: 1,
    fits: false,
    load: { rows: 400, peak_streams: 400 },
  });
  // What this machine's timers are like at this moment is no matter here.
  expect(dry.misfits).toContainEqual({ kind: 'descriptors', needed: 464, limit: 256 });
});
