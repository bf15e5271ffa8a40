import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type SearchFile, searchFileSchema } from '@trace-replay/metrics/internal';
import { afterAll, expect, test } from 'vitest';

import { runCli } from '../test/run-cli.ts';

const scratch = mkdtempSync(join(tmpdir(), 'search-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Rows every so often, none sharing a prefix. */
function writeTrace(name: string, rows: number, everyMs: number, inputLength = 1000): string {
  const path = join(scratch, name);
  const lines = Array.from({ length: rows }, (_, row) => {
    const lengths = { input_length: inputLength, output_length: 20 };
    return JSON.stringify({ timestamp: row * everyMs, ...lengths });
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const simulated = writeTrace('simulated.jsonl', 3000, 400, 40_000);

function onlySearch(directory: string): SearchFile & { readonly root: string } {
  const [name = ''] = readdirSync(directory).filter((each) => !each.startsWith('.'));
  const root = join(directory, name);
  const file = searchFileSchema.parse(JSON.parse(readFileSync(join(root, 'search.json'), 'utf8')));
  return { ...file, root };
}

const quick = [
  ...['--ramp', '20', '--window', '60s', '--progress', 'none', '--goodput'],
  'time_to_first_token:20000 inter_token_latency:500',
];

test('searches a modelled deployment, writes every probe down and prints the bracket', async () => {
  const directory = join(scratch, 'kv');
  const args = ['search', '--trace', simulated, '--simulate', 'disaggregated-kv', ...quick];
  const { code, stdout } = await runCli([...args, '--artifact-dir', directory]);
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/Highest speed with 95 % good rows: between ×\S+ .* and ×/);
  const { probes, state, plan } = onlySearch(directory);
  expect(state).toBe('completed');
  expect(plan).toMatchObject({ is_simulated: true, target: ['disaggregated-kv'], from: 1 });
  expect(new Set(probes.map(({ seed }) => seed)).size).toBe(probes.length);
  expect(probes.filter(({ purpose }) => purpose === 'confirm').length).toBeGreaterThanOrEqual(4);
});

test('a search that was cut short goes on with the same probes, and refuses other flags', async () => {
  const whole = onlySearch(join(scratch, 'kv'));
  const half = { ...whole, state: 'running', probes: whole.probes.slice(0, 3) };
  writeFileSync(join(whole.root, 'search.json'), JSON.stringify(half));
  const args = ['search', '--trace', simulated, '--simulate', 'disaggregated-kv'];
  const resumed = await runCli([...args, ...quick, '--resume', whole.root, '--json']);
  expect(resumed.code).toBe(0);
  const file = JSON.parse(resumed.stdout) as SearchFile;
  expect(file.probes).toEqual(whole.probes);
  const other = await runCli([...args, ...quick, '--precision', '0.1', '--resume', whole.root]);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('its precision is 0.05, and now it is 0.1');
});

test('compares two searches by the ratio of their capacities, and only those of one kind', async () => {
  const directory = join(scratch, 'agg');
  const args = ['search', '--trace', simulated, '--simulate', 'aggregated-round-robin', ...quick];
  expect((await runCli([...args, '--artifact-dir', directory])).code).toBe(0);
  const [kv, agg] = [onlySearch(join(scratch, 'kv')).root, onlySearch(directory).root];
  const compared = await runCli(['compare', agg, kv]);
  expect(compared).toMatchObject({ code: 0, stderr: '' });
  expect(compared.stdout).toMatch(/disaggregated-kv carries \S+ % more \(95 % interval/);
  const path = join(agg, 'search.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as SearchFile;
  writeFileSync(path, JSON.stringify({ ...file, plan: { ...file.plan, window_s: 30 } }));
  const refused = await runCli(['compare', agg, kv]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('they differ in window_s');
});

test.each<[name: string, flags: string[], message: string]>([
  ['a short trace', ['--window', '1h'], 'expected at least the 3620 s of --ramp and --window'],
  ['a wrong time', ['--window', '5 minutes'], 'Cannot use --window "5 minutes": expected a time'],
  ['a target of 100 %', ['--target', '1'], 'Cannot use --target "1"'],
  ['no objective', ['--goodput', ''], 'Cannot search: --goodput is empty'],
  ['a deployment of its own', ['--deployment', '{"workers":-1}'], 'Cannot use --deployment: "'],
])('refuses %s before anything is sent', async (_name, flags, message) => {
  const args = ['search', '--trace', simulated, '--simulate', 'disaggregated-kv', '--ramp', '20'];
  const { code, stderr } = await runCli([...args, '--artifact-dir', scratch, ...flags]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('--dry-run prints the probes and their time, and sends nothing', async () => {
  const args = ['search', '--trace', simulated, '--url', 'http://127.0.0.1:9', '--dry-run'];
  const { stdout } = await runCli([...args, '--ramp', '20', '--window', '60']);
  expect(stdout).toContain('nothing sent');
  expect(stdout).toMatch(/speeds +1, 2, 4, 8, \S+ until one misses the target/);
  expect(stdout).toMatch(/This machine can(not)? send the fastest probe/);
});
