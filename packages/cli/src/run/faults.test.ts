import { join } from 'node:path';

import { summarySchema } from '@trace-replay/metrics';
import { createMockServer, type MockServer, type MockServerOptions } from '@trace-replay/mock';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createScratch, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';

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
