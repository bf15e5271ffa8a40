import { join } from 'node:path';

import { summarySchema } from '@trace-replay/metrics';
import { createMockServer, type MockServer, type MockServerOptions } from '@trace-replay/mock';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';

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

/** Runs a replay of a trace against a mock, in a shell line in which `%` is the command. */
async function replayIn(shell: string, text: string, options: MockServerOptions = {}) {
  server = await createMockServer({ latency: { ttftMs: 5, itlMs: 2 }, ...options });
  const trace = scratch.write('t.jsonl', text);
  const flags = ['--trace', trace, '--url', server.url, '--artifact-dir'];
  return spawnCli([...flags, join(scratch.path, 'artifacts')], { shell });
}

function readSummary() {
  return summarySchema.parse(JSON.parse(scratch.read(`${scratch.results()}/summary.json`)));
}

test('replay out of descriptors records local_limit for the rest, and leaves whole artifacts', async () => {
  // Node itself holds some 30; all rows are due at once and hold their sockets for half a second.
  const ended = await replayIn('ulimit -n 200; exec %', traceText(400, 0), {
    latency: { ttftMs: 500, itlMs: 0 },
  });
  expect(ended.code).toBe(0);
  const { rows, failures, failure_details: details } = readSummary();
  expect(rows.ok).toBeGreaterThan(100);
  expect(rows.ok + rows.failed).toBe(400);
  expect(failures).toEqual({ local_limit: rows.failed });
  expect(details[0]).toMatchObject({ code: 'EMFILE', count: rows.failed });
});

test('replay finishes when nothing reads its results', async () => {
  const ended = await replayIn('exec % >&-', traceText(5));
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  expect(readSummary().rows.ok).toBe(5);
});

test('replay goes on when the disk behind its messages is full', async () => {
  const ended = await replayIn('exec % 2>/dev/full', traceText(5));
  expect(ended.code).toBe(0);
  expect(readSummary().rows.ok).toBe(5);
});

test('replay exits 7 when its result cannot be printed, with whole artifacts', async () => {
  const ended = await replayIn('exec % >/dev/full', traceText(5));
  expect(ended.code).toBe(7);
  expect(readSummary().rows.ok).toBe(5);
});

/** Shell text that waits for a file of the run, as the first of a command in the background. */
const until = (file: string) =>
  `% & pid=$!; cd '${scratch.path}'; until [ -s artifacts/*/*/${file} ]; do sleep .05; done;`;

test('replay goes on without its directory, prints its summary, and exits 7', async () => {
  const shell = `${until('records.jsonl')} rm -rf artifacts; wait $pid`;
  const ended = await replayIn(shell, traceText(40, 50));
  expect(ended.code).toBe(7);
  expect(ended.stdout).toContain('40');
  expect(ended.stderr).toContain('records.jsonl": it was removed or replaced while the run');
  expect(readSummary().rows).toMatchObject({ total: 40, ok: 40 });
  const run = JSON.parse(scratch.read(`${scratch.results()}/run.json`)) as { exit_code: number };
  expect(run.exit_code).toBe(7);
});

test('report counts the rows in flight of a killed run, and writes its summary', async () => {
  const shell = `${until('dispatched.txt')} sleep 1; kill -9 $pid; wait $pid`;
  await replayIn(shell, traceText(30, 200), { latency: { ttftMs: 1, itlMs: 60_000 } });
  const results = scratch.results();
  const dispatched = scratch.read(`${results}/dispatched.txt`).trim().split('\n').length;
  expect(dispatched).toBeGreaterThan(1);
  const ended = await runCli(['report', join(scratch.path, results)]);
  expect(ended.code).toBe(0);
  const { rows } = readSummary();
  expect(rows).toMatchObject({ total: 30, aborted_inflight: dispatched });
  expect(rows.not_sent).toBe(30 - dispatched);
});

test('replay writes its last files under a hail of signals', async () => {
  const shell = `${until('records.jsonl')} while kill -TERM $pid; do sleep .005; done; wait $pid`;
  await replayIn(shell, traceText(100, 50));
  const { status } = JSON.parse(scratch.read(`${scratch.results()}/run.json`)) as never;
  expect(status).toBe('stopped');
  const { rows } = readSummary();
  expect(rows.ok + rows.failed + rows.aborted_inflight + rows.not_sent).toBe(100);
  expect(scratch.files('artifacts').filter((file) => file.includes('dispatched'))).toEqual([]);
});

test('replay lets no text of a server move a cursor or run as a formula', async () => {
  const message = '=cmd\u001b[2J\u009b31m\u202e</script>\r\nforged line';
  const ended = await replayIn('exec %', traceText(5), {
    scenario: [{ every: 2, scenario: { kind: 'errors', form: 'data', message } }],
  });
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('"=cmd [2J 31m </script> forged line"');
  const files = scratch.files('artifacts').filter((file) => !file.endsWith('.hlog'));
  expect(files.length).toBeGreaterThan(4);
  for (const text of [ended.stdout, ended.stderr, ...files.map((file) => scratch.read(file))]) {
    expect(text).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
  }
});
