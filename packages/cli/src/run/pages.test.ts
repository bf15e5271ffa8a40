import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createMockServer, type MockServer } from '@trace-replay/mock';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { generateShards } from '../test/generate-shards.ts';
import { createScratch, runCli, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';

const OLD_RUNS = fileURLToPath(new URL('../../../../fixtures/runs/v1', import.meta.url));
const WITH_PAGE = { REPLAY_NO_HTML: 'false' };

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

function flags(rows: number, gapMs = 2): string[] {
  const trace = scratch.write('t.jsonl', traceText(rows, gapMs));
  return ['--trace', trace, '--url', server.url, '--artifact-dir', join(scratch.path, 'artifacts')];
}

const pageIn = (directory: string) => readFileSync(join(directory, 'report.html'), 'utf8');

/** A copy of a run of long ago, since nobody may write into it. */
function oldRun(name: string): string {
  cpSync(join(OLD_RUNS, name), join(scratch.path, name), { recursive: true });
  return join(scratch.path, name);
}

/** A page has the numbers of a summary, as far as it names them. */
function expectNumbers(page: string, summary: unknown): void {
  const found = [...page.matchAll(/data-path="([^"]+)" value="([^"]+)"/g)];
  expect(found.length).toBeGreaterThan(20);
  for (const [, path = '', value] of found) {
    const expected = path.split('.').reduce<unknown>((at, key) => (at as never)[key], summary);
    expect([path, Number(value)]).toEqual([path, expected]);
  }
}

test('replay writes report.html with the numbers of summary.json', async () => {
  expect(await runCli(flags(30), WITH_PAGE)).toMatchObject({ code: 0 });
  const results = join(scratch.path, scratch.results());
  expectNumbers(pageIn(results), JSON.parse(scratch.read(`${scratch.results()}/summary.json`)));
  expect(scratch.files('artifacts').filter((file) => file.endsWith('.part'))).toEqual([]);
});

const without: [what: string, args: string[], env: Record<string, string>][] = [
  ['--no-html', ['--no-html'], WITH_PAGE],
  ['REPLAY_NO_HTML', [], { REPLAY_NO_HTML: '1' }],
];

test.each(without)('replay writes no page with %s', async (_what, args, env) => {
  expect(await runCli([...flags(10), ...args], env)).toMatchObject({ code: 0 });
  expect(scratch.files('artifacts').filter((file) => file.endsWith('.html'))).toEqual([]);
});

test('replay merge writes one page, of the whole run', async () => {
  generateShards(join(scratch.path, 'run'), { shards: 3, rowsPerShard: 20, tokens: 5 });
  expect(await runCli(['merge', join(scratch.path, 'run')])).toMatchObject({ code: 0 });
  const pages = scratch.files('run').filter((file) => file.endsWith('.html'));
  expect(pages).toEqual(['run/generated/report.html']);
  expectNumbers(scratch.read(pages[0]!), JSON.parse(scratch.read('run/generated/summary.json')));
});

test.each(['completed/small', 'killed/small', 'merged/shards/small'])(
  'replay report makes the page of %s from its records alone',
  async (name) => {
    const directory = oldRun(name);
    rmSync(join(directory, 'summary.json'), { force: true });
    const { code, stdout } = await runCli(['report', directory, '--json']);
    expect(code).toBe(0);
    expectNumbers(pageIn(directory), JSON.parse(stdout));
  },
);

const untouched: [what: string, name: string, args: string[]][] = [
  ['of a shard', 'shards/small/shard-1-of-2', []],
  ['with other objectives', 'completed/small', ['--goodput', 'request_latency:1']],
  ['with --no-html', 'completed/small', ['--no-html']],
];

test.each(untouched)('replay report %s writes no page', async (_what, name, args) => {
  const directory = oldRun(name);
  expect(await runCli(['report', directory, ...args])).toMatchObject({ code: 0 });
  expect(existsSync(join(directory, 'report.html'))).toBe(false);
});

test('replay report --plots writes each picture of the page as a file', async () => {
  const directory = oldRun('completed/small');
  const plots = join(scratch.path, 'plots');
  expect(await runCli(['report', directory, '--plots', plots])).toMatchObject({ code: 0 });
  const inPage = [...pageIn(directory).matchAll(/<figure id="([\w-]+)"/g)].map(
    ([, id]) => `${id}.svg`,
  );
  expect(readdirSync(plots).sort()).toEqual(inPage.sort());
  for (const file of inPage)
    expect(readFileSync(join(plots, file), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/);
});

test('a page that cannot be written is exit 7, after the report', async () => {
  const directory = oldRun('completed/small');
  mkdirSync(join(directory, 'report.html/in-the-way'), { recursive: true });
  const { code, stdout, stderr } = await runCli(['report', directory]);
  expect(code).toBe(7);
  expect(stdout).toContain('goodput');
  expect(stderr).toContain('report.html": ');
});

test('replay says exit 7 when its page cannot be written, and leaves all other files', async () => {
  const ended = await spawnCli([...flags(300, 10), '--run-id', 'one'], {
    env: WITH_PAGE,
    onStderr: () => {
      const place = join(scratch.path, 'artifacts/one/t');
      if (existsSync(place)) mkdirSync(join(place, 'report.html/in-the-way'), { recursive: true });
    },
  });
  expect(ended).toMatchObject({ code: 7 });
  expect(ended.stderr).toContain('report.html');
  expect(scratch.files('artifacts/one/t')).toContain('artifacts/one/t/summary.json');
});

test('a second signal leaves without a page, and says how to make it', async () => {
  let signals = 0;
  const ended = await spawnCli(flags(1000, 20), {
    env: WITH_PAGE,
    onStderr: (child) => {
      if (signals > 0) return;
      signals++;
      const timer = setInterval(() => {
        if (server.journal().requests.length < 10) return;
        if (signals++ > 2) clearInterval(timer);
        else child.kill('SIGINT');
      }, 30);
    },
  });
  expect(ended.code).toBe(6);
  expect(ended.stderr).toContain('report.html was not written');
  expect(existsSync(join(scratch.path, scratch.results(), 'report.html'))).toBe(false);
});
