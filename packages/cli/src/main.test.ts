import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { parseRecord, runStateSchema, summarySchema } from '@trace-replay/metrics';
import { createMockServer, type MockServer, type MockServerOptions } from '@trace-replay/mock';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, spawnCli, traceText } from './test/run-cli.ts';

const CANARY = 'sk-canary-5f1c9a';

let scratch: Scratch;
let server: MockServer | undefined;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  scratch.remove();
});

/** Tokens that even a busy machine reads one by one, so that ITL is measurable. */
const APART = { ttftMs: 5, itlMs: 30 };

async function serve(options: MockServerOptions = {}): Promise<MockServer> {
  server = await createMockServer({ latency: { ttftMs: 5, itlMs: 2 }, ...options });
  return server;
}

/** A server that nothing is sent to. */
const SOMEWHERE = ['--url', 'http://127.0.0.1:9'];

function flags(url: string, trace: string): string[] {
  return ['--trace', trace, '--url', url, '--artifact-dir', join(scratch.path, 'artifacts')];
}

function summaryIn(results: string) {
  return summarySchema.parse(JSON.parse(scratch.read(`${results}/summary.json`)));
}

test('replay --help shows flags and command lines', async () => {
  const { code, stdout, stderr } = await spawnCli(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('replay --trace conversation_trace.jsonl --url http://localhost:8000');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('replay --version prints the version alone', async () => {
  expect(await spawnCli(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
});

const mistakes: [
  mistake: string,
  args: (trace: string) => string[],
  code: number,
  sentence: string,
][] = [
  ['a wrong flag', () => ['--tarce', 'x'], 2, "unknown option '--tarce'"],
  ['no trace', () => ['--url', 'http://h'], 2, 'Cannot replay: --trace is missing'],
  ['no url', (trace) => ['--trace', trace], 2, 'Cannot replay: --url is missing'],
  ['a command that is not there', () => ['repot'], 2, 'repot'],
  ['a missing file', () => ['--trace', 'nowhere.jsonl', '--url', 'http://h'], 2, '"nowhere.jsonl"'],
  [
    'a URL without scheme',
    (trace) => ['--trace', trace, '--url', 'h:80'],
    2,
    'expected "http" or "https"',
  ],
  [
    'a speed-up of 0',
    (trace) => ['--trace', trace, ...SOMEWHERE, '--speedup', '0'],
    2,
    'Cannot use --speedup "0"',
  ],
  [
    'a speed-up in words',
    (trace) => ['--trace', trace, ...SOMEWHERE, '--speedup', 'fast'],
    2,
    'Cannot use --speedup "fast"',
  ],
  [
    'an unknown mode',
    (trace) => ['--trace', trace, ...SOMEWHERE, '--endpoint', 'chats'],
    2,
    'Cannot use --endpoint "chats"',
  ],
  [
    'an unknown format',
    (trace) => ['--trace', trace, '--url', 'http://h', '--export', 'csv'],
    2,
    'Cannot use --export "csv"',
  ],
  [
    'an unknown objective',
    (trace) => ['--trace', trace, '--url', 'http://h', '--goodput', 'ttft:5'],
    2,
    'Cannot read objective "ttft:5"',
  ],
  [
    'a gate that cannot be read',
    (trace) => ['--trace', trace, '--url', 'http://h', '--fail-if', 'goodput'],
    2,
    'Cannot use --fail-if "goodput"',
  ],
  [
    'a key that is not set',
    (trace) => ['--trace', trace, '--url', 'http://h', '--api-key-env', 'NO_SUCH_KEY'],
    2,
    'Cannot use --api-key-env "NO_SUCH_KEY": it is not set',
  ],
  [
    'a server that is not there',
    (trace) => ['--trace', trace, '--url', 'http://127.0.0.1:1', '--wait-for-model', '0'],
    3,
    'the connection was refused',
  ],
  [
    'a host that is not there',
    (trace) => ['--trace', trace, '--url', 'http://nowhere.invalid'],
    3,
    'could not be resolved',
  ],
];

test.each(mistakes)('replay says one sentence about %s', async (_mistake, args, code, sentence) => {
  const own = createScratch();
  try {
    const trace = own.write('t.jsonl', traceText(2));
    const argv = [...args(trace), '--artifact-dir', join(own.path, 'artifacts')];
    const ended = await runCli(argv[0] === 'repot' ? ['repot'] : argv);
    expect(ended.stderr).toContain(sentence);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    // A run that did not start leaves no directory of its own.
    expect(own.files()).toEqual(['t.jsonl']);
  } finally {
    own.remove();
  }
});

test('replay exits 3 when the model is not listed, naming what is', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(2));
  const ended = await runCli([...flags(url, trace), '--model', 'other', '--wait-for-model', '0']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('the server lists "mock-model", expected "other"');
});

test('replay exits 2 on a bad row and sends nothing', async () => {
  const { url, journal } = await serve();
  const trace = scratch.write('t.jsonl', `${traceText(3)}{"timestamp":9,"input_length":-3}\n`);
  const ended = await runCli(flags(url, trace));
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain(`"${trace}" line 4`);
  expect(journal().requests).toEqual([]);
});

test('replay leaves records, summary and conditions that agree', async () => {
  const { url } = await serve({ latency: APART });
  const trace = scratch.write('t.jsonl', traceText(40));
  const ended = await spawnCli([...flags(url, trace), '--name', 'x']);
  expect(ended.stderr).not.toMatch(/error:|Internal error/i);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('40 = 40 ok + 0 failed + 0 aborted in flight + 0 not sent');
  const results = scratch.results();
  expect(results).toMatch(/^artifacts\/\d+_x\/t$/);
  const summary = summaryIn(results);
  expect(summary).toMatchObject({
    status: 'completed',
    rows: { total: 40, ok: 40, failed: 0, aborted_inflight: 0, not_sent: 0, length_mismatch: 0 },
    prompt: { drift: { min: 3, max: 3, mean: 3 } },
  });
  const records = scratch.read(`${results}/records.jsonl`).trimEnd().split('\n').map(parseRecord);
  expect(records.map(({ row }) => row).sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  // A busy machine may stretch an answer beyond the objective.
  const good = records.filter(({ content_ns: [first = 0, ...later] = [] }) => {
    return ((later.at(-1) ?? first) - first) / later.length <= 50e6;
  }).length;
  expect(summary.goodput).toMatchObject({ good, fraction: good / 40 });
  expect(records.every(({ dispatched_ns: at = -1, due_ns: due }) => at >= due)).toBe(true);
  const state = runStateSchema.parse(JSON.parse(scratch.read(`${results}/run.json`)));
  expect(state).toMatchObject({ status: 'completed', exit_code: 0, bodies: { count: 40 } });
  const config = JSON.parse(scratch.read(join(results, '../input_config.json'))) as object;
  expect(config).toMatchObject({
    deployment: 'x',
    ttft_threshold_ms: 20_000,
    itl_threshold_ms: 50,
  });
});

test('examples/recompute-goodput.mjs agrees with the summary to the last bit', async () => {
  const { url } = await serve({
    latency: APART,
    scenario: [{ every: 5, scenario: { kind: 'refuses', status: 503 } }],
  });
  const trace = scratch.write('t.jsonl', traceText(30));
  const objectives = 'time_to_first_token:12 inter_token_latency:31';
  await runCli([...flags(url, trace), '--goodput', objectives]);
  const results = scratch.results();
  const example = fileURLToPath(
    new URL('../../../examples/recompute-goodput.mjs', import.meta.url),
  );
  const printed = execFileSync(process.execPath, [example, join(scratch.path, results)], {
    encoding: 'utf8',
  });
  const { good, fraction, requests_per_second: rate } = summaryIn(results).goodput ?? {};
  expect(printed.trim()).toBe(`${good} ${fraction} ${rate}`);
});

test('replay --json prints the summary and nothing else on stdout', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(3));
  const { code, stdout } = await runCli([...flags(url, trace), '--json', '--progress', 'none']);
  expect(code).toBe(0);
  expect(summarySchema.parse(JSON.parse(stdout))).toEqual(summaryIn(scratch.results()));
});

test('replay reads standard input and gzip', async () => {
  const { url } = await serve();
  const input = traceText(3);
  expect(await spawnCli(flags(url, '-'), { input })).toMatchObject({ code: 0 });
  expect(scratch.results()).toMatch(/\/stdin$/);
  const packed = join(scratch.path, 'u.jsonl.gz');
  scratch.write('u.jsonl.gz', '');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(packed, gzipSync(input));
  const ended = await runCli([...flags(url, packed), '--name', 'packed']);
  expect(ended.code).toBe(0);
  expect(scratch.files().some((file) => file.endsWith('_packed/u/summary.json'))).toBe(true);
});

const gates: [what: string, options: MockServerOptions, more: string[], code: number][] = [
  ['no row is ok', { scenario: { kind: 'refuses', status: 503 } }, [], 4],
  ['--fail-if is met', {}, ['--fail-if', 'goodput.fraction<=1'], 4],
  ['--fail-if finds no number', {}, ['--fail-if', 'goodput.nothing<1'], 4],
  ['--fail-if is not met', {}, ['--fail-if', 'rows.failed>0'], 0],
];

test.each(gates)('replay when %s', async (_what, options, more, code) => {
  const { url } = await serve(options);
  const trace = scratch.write('t.jsonl', traceText(5));
  expect(await runCli([...flags(url, trace), ...more])).toMatchObject({ code });
});

test('replay exits 7 when the directory cannot be made, and sends nothing', async () => {
  await serve();
  const trace = scratch.write('t.jsonl', traceText(3));
  const ended = await runCli([
    ...['--trace', trace, '--url', server?.url ?? ''],
    ...['--artifact-dir', join(trace, 'below-a-file')],
  ]);
  expect(ended.code).toBe(7);
  expect(ended.stderr).toContain('Cannot write');
  expect(server?.journal().requests).toEqual([]);
});

test('replay exits 7 when records can be written no more, and reports what it has', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(200, 2, 20));
  const ended = await spawnCli(flags(url, trace), { shell: 'ulimit -f 40; exec %' });
  expect(ended.stderr).toContain('Cannot write');
  expect(ended.code).toBe(7);
  expect(ended.stdout).toContain('200 = ');
});

test('replay finishes when its reader goes away', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(20));
  const shell = 'set -o pipefail; % 2>&1 | head -n 1';
  expect(await spawnCli(flags(url, trace), { shell })).toMatchObject({ code: 0 });
  expect(summaryIn(scratch.results()).rows.ok).toBe(20);
});

test('replay keeps a key out of every file and line', async () => {
  const { url } = await serve({
    scenario: [
      {
        every: 2,
        scenario: { kind: 'refuses', status: 401, message: `bad key: Bearer ${CANARY}` },
      },
      { every: 3, scenario: { kind: 'errors', form: 'data', message: `api_key=${CANARY}` } },
    ],
  });
  const trace = scratch.write('t.jsonl', traceText(12));
  const ended = await runCli(
    [...flags(url, trace), '--api-key-env', 'MOCK_KEY', '--header', `x-secret: ${CANARY}`],
    { MOCK_KEY: CANARY },
  );
  expect(ended.code).toBe(0);
  expect(ended.stdout + ended.stderr).not.toContain(CANARY);
  const files = scratch.files('artifacts');
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(scratch.read(file)).not.toContain(CANARY);
});

/** Calls once, when the server has seen some rows. */
function onceSending(call: (pid: number) => void) {
  let isWaiting = false;
  return ({ pid }: { readonly pid?: number | undefined }) => {
    if (isWaiting || pid === undefined) return;
    isWaiting = true;
    const timer = setInterval(() => {
      if ((server?.journal().requests.length ?? 0) < 12) return;
      clearInterval(timer);
      call(pid);
    }, 20);
  };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'replay drains on %s, writes everything and exits 6',
  async (signal) => {
    const { url } = await serve();
    const trace = scratch.write('t.jsonl', traceText(1000, 20));
    const ended = await spawnCli(flags(url, trace), {
      onStderr: onceSending((pid) => process.kill(pid, signal)),
    });
    expect(ended.code).toBe(6);
    const summary = summaryIn(scratch.results());
    expect(summary.status).toBe('stopped');
    expect(summary.rows.ok).toBeGreaterThan(5);
    expect(summary.rows.aborted_inflight).toBe(0);
    expect(summary.rows.ok + summary.rows.not_sent).toBe(1000);
    const lines = scratch.read(`${scratch.results()}/records.jsonl`).trimEnd().split('\n');
    expect(lines).toHaveLength(1000);
  },
);

test('replay ends at once on a second signal, with readable artifacts', async () => {
  const { url } = await serve({ scenario: { kind: 'stalls', at: 'after-tokens' } });
  const trace = scratch.write('t.jsonl', traceText(100, 20));
  const ended = await spawnCli([...flags(url, trace), '--server-details', 'off'], {
    onStderr: onceSending((pid) => {
      process.kill(pid, 'SIGINT');
      setTimeout(() => process.kill(pid, 'SIGINT'), 200);
    }),
  });
  expect(ended.code).toBe(6);
  const { rows } = summaryIn(scratch.results());
  expect(rows.aborted_inflight).toBeGreaterThan(5);
  expect(rows.aborted_inflight + rows.not_sent).toBe(100);
});

test('replay that reads standard input ends on a signal, and tells the other shards', async () => {
  const barrier = join(scratch.path, 'barrier');
  let timer: NodeJS.Timeout | undefined;
  const shared = ['--shard', '0/2', '--start-barrier', barrier];
  const ended = await spawnCli([...flags('http://127.0.0.1:1', '-'), ...shared], {
    // It listens before it comes to the barrier.
    onSpawn(child) {
      timer = setInterval(() => {
        if (!existsSync(join(barrier, 'opened.json'))) return;
        clearInterval(timer);
        child.kill('SIGINT');
      }, 20);
    },
    keepsInput: true,
  });
  expect(ended).toEqual({ code: 6, stdout: '', stderr: 'SIGINT (2): nothing was sent.\n' });
  expect(scratch.files()).toEqual(['barrier/decided.json', 'barrier/opened.json']);
  expect(scratch.read('barrier/decided.json')).toContain('stopped by a signal');
});

test('replay that waits for a model ends on a signal and leaves nothing', async () => {
  const trace = scratch.write('t.jsonl', traceText(3));
  let isSignalled = false;
  const ended = await spawnCli(flags('http://127.0.0.1:1', trace), {
    // Once: what it says on its way out must not bring it a second signal.
    onStderr: (child, stderr) => {
      if (!isSignalled && stderr.includes('Waiting')) child.kill('SIGTERM');
      isSignalled ||= stderr.includes('Waiting');
    },
  });
  expect(ended.code).toBe(6);
  expect(scratch.files()).toEqual(['t.jsonl']);
});

test('replay report makes the same summary again, and another with other objectives', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(20));
  await runCli(flags(url, trace));
  const results = join(scratch.path, scratch.results());
  const again = await runCli(['report', results, '--json']);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toEqual(
    JSON.parse(readFileSync(join(results, 'summary.json'), 'utf8')),
  );
  const strict = await runCli(['report', results, '--json', '--goodput', 'request_latency:0.001']);
  expect(JSON.parse(strict.stdout)).toMatchObject({ goodput: { good: 0, fraction: 0 } });
});

test('replay report reads a run that was killed', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(500, 20));
  const killed = await spawnCli(flags(url, trace), {
    onStderr: onceSending((pid) => process.kill(pid, 'SIGKILL')),
  });
  expect(killed.code).toBeNull();
  const results = join(scratch.path, scratch.results());
  expect(existsSync(join(results, 'summary.json'))).toBe(false);
  const { code, stdout } = await runCli(['report', results, '--json']);
  expect(code).toBe(0);
  const summary = summarySchema.parse(JSON.parse(stdout));
  expect(summary.status).toBe('partial');
  expect(summary.rows.ok).toBeGreaterThan(5);
  const { ok, not_sent, aborted_inflight } = summary.rows;
  expect(ok + not_sent + aborted_inflight).toBe(500);
});

const AIPERF_FILES = [
  'profile_export.jsonl',
  'profile_export_aiperf.csv',
  'profile_export_aiperf.json',
];

test('replay --export aiperf writes its three files, and replay report makes the same ones', async () => {
  const { url } = await serve({
    scenario: [{ every: 5, scenario: { kind: 'refuses', status: 503 } }],
  });
  const trace = scratch.write('t.jsonl', traceText(20));
  expect(await runCli([...flags(url, trace), '--export', 'aiperf'])).toMatchObject({ code: 0 });
  const results = scratch.results();
  const written = () => AIPERF_FILES.map((name) => scratch.read(`${results}/${name}`));
  const [lines = '', , profile = ''] = written();
  expect(lines.trimEnd().split('\n')).toHaveLength(20);
  expect(lines.match(/"error":{"code":503,/g)).toHaveLength(4);
  const { zero } = runStateSchema.parse(JSON.parse(scratch.read(`${results}/run.json`)));
  const startedNs = /"request_start_ns":(\d+),/.exec(lines)?.[1] ?? '';
  expect(Math.abs(Number(startedNs) / 1e6 - (zero?.unix_ms ?? 0))).toBeLessThan(60_000);
  expect(JSON.parse(profile)).toMatchObject({
    request_count: { unit: 'requests', avg: 16 },
    error_request_count: { avg: 4 },
    trace_replay: { rows: { ok: 16, failed: 4 } },
  });
  const before = written();
  for (const name of AIPERF_FILES) scratch.write(`${results}/${name}`, 'stale');
  const again = await runCli(['report', join(scratch.path, results), '--export', 'aiperf']);
  expect(again.code).toBe(0);
  expect(written()).toEqual(before);
  expect(scratch.files().filter((file) => file.endsWith('.part'))).toEqual([]);
});

test('replay report exits 7 when an export cannot be written, and names the file', async () => {
  const { url } = await serve();
  const trace = scratch.write('t.jsonl', traceText(3));
  await runCli(flags(url, trace));
  const results = scratch.results();
  mkdirSync(join(scratch.path, results, 'profile_export.jsonl.part'));
  const ended = await runCli(['report', join(scratch.path, results), '--export', 'aiperf']);
  expect(ended).toMatchObject({ code: 7, stdout: '' });
  expect(ended.stderr).toContain(`${results}/profile_export.jsonl"`);
});

test('replay report wants the directory of a run', async () => {
  const ended = await runCli(['report', scratch.path]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('it holds no run.json, expected a directory of a run');
});

test('replay stops when the trace changes, and says so', async () => {
  const { url } = await serve();
  // More than the window of prepared bodies holds, so that there is something left to read.
  const row = (index: number) => ({
    timestamp: index * 20,
    input_length: 20_000,
    output_length: 2,
    hash_ids: Array.from({ length: 40 }, () => index),
  });
  const rows = Array.from({ length: 2000 }, (_, index) => JSON.stringify(row(index))).join('\n');
  const trace = scratch.write('t.jsonl', rows);
  const ended = await spawnCli([...flags(url, trace), '--drain', '5'], {
    onStderr: onceSending(() =>
      scratch.write('t.jsonl', rows.replace(/length":2}$/, 'length":3}')),
    ),
  });
  expect(ended.stderr).toContain('changed while the run was going on');
  expect(ended.code).toBe(2);
  const summary = summaryIn(scratch.results());
  expect(summary.status).toBe('failed');
  expect(summary.rows.ok).toBeGreaterThan(5);
});
