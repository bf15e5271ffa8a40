import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startMock } from '@trace-replay/mock';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const TRACE = 'fixtures/traces/ten.jsonl';

let mock: Awaited<ReturnType<typeof startMock>>;
let directory: string;

beforeAll(async () => {
  mock = await startMock({ latency: { ttftMs: 5, itlMs: 10 } });
  directory = mkdtempSync(join(tmpdir(), 'trace-replay-'));
});

afterAll(async () => {
  await mock.stop();
  rmSync(directory, { recursive: true });
});

/** The lines that an example prints. */
async function run(example: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join('examples', example), ...args],
    { cwd: root },
  );
  return stdout.trimEnd().split('\n');
}

/** Lines of rows in any order, sorted by row. */
const byRow = (lines: readonly string[]) =>
  lines.toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b));

test('examples/library.mjs replays ten rows with the libraries alone', async () => {
  const lines = await run('library.mjs', TRACE, mock.url);
  expect(lines).toHaveLength(11);
  expect(lines.slice(0, 10).every((line) => / ok \d+ $/.test(`${line.trimEnd()} `))).toBe(true);
  expect(lines[10]).toBe('good 10 of 10');
});

test('examples/own-rows.mjs replays ten rows of its own', async () => {
  const lines = await run('own-rows.mjs', mock.url);
  // Three tokens are the chat template's.
  expect(byRow(lines.slice(0, 10))).toEqual(
    Array.from({ length: 10 }, (_, row) => `${row} ok 603`),
  );
  expect(lines.slice(10)).toEqual(['ok 10 of 10 rows of (rows)']);
});

test('examples/own-prompts.mjs sends its questions', async () => {
  const lines = await run('own-prompts.mjs', TRACE, mock.url);
  expect(lines.slice(0, 6).every((line) => /^\d ok \d{1,2}$/.test(line))).toBe(true);
  expect(lines.slice(6)).toEqual(['prompts by own']);
});

test('examples/own-transport.mjs replays against its model of a server', async () => {
  const [rows, ok, ttft = ''] = await run('own-transport.mjs', TRACE);
  expect([rows, ok]).toEqual(['10 rows from now on', 'ok 10 of 10']);
  // 2 s of its clock are 33 ms of the machine, which may be late.
  expect(Number(/^time to first token (\d+) s$/.exec(ttft)?.[1])).toBeGreaterThanOrEqual(2);
});

test('examples/own-metric.mjs measures every row', async () => {
  const [rows, figures] = await run('own-metric.mjs', TRACE, mock.url);
  expect(rows).toBe('head to first token of 10 of 10 rows');
  expect(figures).toMatch(/^mean \d+\.\d\d ms, max [\d.]+ ms$/);
});

test('examples/own-exporter.mjs writes its file beside ours', async () => {
  const paths = await run('own-exporter.mjs', TRACE, mock.url, directory);
  expect(paths).toEqual(expect.arrayContaining(['summary.json', 'summary.csv', 'summary.influx']));
  const lines = readFileSync(join(directory, 'summary.influx'), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines)
    expect(line).toMatch(/^\w+,model=mock-model count=\d+(,\w+=[\d.e-]+)+$/);
});
