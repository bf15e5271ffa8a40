import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseRecord, runStateSchema, summarySchema } from '@trace-replay/metrics';
import { startMock } from '@trace-replay/mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { generateShards } from '../test/generate-shards.ts';
import { createScratch, runCli, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(() => {
  scratch.remove();
});

function generated(run: Parameters<typeof generateShards>[1]): string {
  const directory = join(scratch.path, 'run');
  generateShards(directory, run);
  return directory;
}

const SMALL = { shards: 3, rowsPerShard: 20, tokens: 5 };
const shardOf = (directory: string, index: number) =>
  join(directory, `generated/shard-${index}-of-3`);

describe('replay merge', () => {
  test('gives the figures of the joined records, and joins every row', async () => {
    const run = generated(SMALL);
    const merged = await runCli(['merge', run, '--json']);
    expect(merged).toMatchObject({ code: 0, stderr: '' });
    const report = await runCli(['report', join(run, 'generated'), '--json']);
    expect(JSON.parse(merged.stdout)).toEqual(JSON.parse(report.stdout));
    const summary = summarySchema.parse(JSON.parse(merged.stdout));
    expect(summary).toMatchObject({ status: 'completed', shards: { count: 3, merged: 3 } });
    expect(JSON.parse(scratch.read('run/generated/summary.json'))).toEqual(summary);
    const lines = scratch.read('run/generated/records.jsonl').trimEnd().split('\n');
    const rows = lines.map((line) => parseRecord(line).row).sort((a, b) => a - b);
    expect(rows).toEqual(Array.from({ length: 60 }, (_, row) => row));
    const state = runStateSchema.parse(JSON.parse(scratch.read('run/generated/run.json')));
    expect(state).toMatchObject({ rows: summary.rows, exit_code: 0, run: { id: 'generated' } });
    expect(scratch.files('run')).toContain('run/input_config.json');
    expect(scratch.files('run').filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('puts the run below --artifact-dir, from shards in several places', async () => {
    const run = generated(SMALL);
    const far = join(scratch.path, 'far');
    cpSync(shardOf(run, 2), far, { recursive: true });
    rmSync(shardOf(run, 2), { recursive: true });
    expect(await runCli(['merge', run, far])).toMatchObject({ code: 2, stdout: '' });
    const artifacts = join(scratch.path, 'merged');
    const ended = await runCli(['merge', run, far, '--artifact-dir', artifacts]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(artifacts, 'generated/generated/run.json'))).toBe(true);
    expect(ended.stdout).toMatch(/^shards +3 of 3 merged$/m);
  });

  const mistakes: [mistake: string, spoil: (run: string) => string[], says: string][] = [
    ['a directory without shards', () => [scratch.path], 'no shard is in there'],
    ['a directory that is not there', (run) => [`${run}-x`], 'it is no directory'],
    ['a missing shard', (run) => remove(run, 1), 'shard-1-of-3 is not there'],
    ['a repeated shard', (run) => copyOf(run, 1), 'it is shard 1 of 3, and so is'],
    [
      'another trace',
      (run) => change(run, /"0{64}"/, `"${'1'.repeat(64)}"`),
      'another trace.sha256',
    ],
    ['other flags', (run) => change(run, '"flags":{}', '"flags":{"seed":7}'), 'another flags.seed'],
    [
      'a shard that has not ended',
      (run) => change(run, '"completed"', '"running"'),
      'shard-1-of-3 has not ended',
    ],
    ['records that are cut', (run) => cut(run), 'has 19 lines, expected the 20'],
    ['a run that was merged before', (run) => merged(run), 'it holds a run already'],
  ];

  test.each(mistakes)('refuses %s by name and writes nothing', async (_mistake, spoil, says) => {
    const run = generated(SMALL);
    const args = spoil(run);
    const before = scratch.files();
    const ended = await runCli(['merge', ...args]);
    expect(ended.stderr).toContain(says);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(scratch.files()).toEqual(before);
  });

  test('with --allow-missing says what is missing, and counts its rows as not sent', async () => {
    const run = generated(SMALL);
    const [args = ''] = remove(run, 1);
    const ended = await runCli(['merge', args, '--allow-missing', '--json']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('shard-1-of-3 is not there');
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: 'partial',
      rows: { total: 60, ok: 40, not_sent: 20 },
      shards: { count: 3, merged: 2, missing: [1] },
    });
  });

  test('adds 1,000 shards in less than ten seconds of CPU', async () => {
    const run = generated({ shards: 1000, rowsPerShard: 4, tokens: 50 });
    const before = process.cpuUsage();
    const ended = await runCli(['merge', run, '--json']);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(10);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const report = await runCli(['report', join(run, 'generated'), '--json']);
    expect(JSON.parse(ended.stdout)).toEqual(JSON.parse(report.stdout));
  });

  test('refuses the shards of a run of which one was killed, and merges the rest when told', async () => {
    const mock = await startMock({ latency: { ttftMs: 5, itlMs: 1 } });
    try {
      const trace = scratch.write('day.jsonl', traceText(240, 20));
      const root = join(scratch.path, 'artifacts');
      const killed = join(root, 'night/day/shard-1-of-4');
      const common = ['--trace', trace, '--url', mock.url, '--artifact-dir', root];
      const start = ['--run-id', 'night', '--start-barrier', join(scratch.path, 'b')];
      const shards = Array.from({ length: 4 }, (_, index) =>
        spawnCli([...common, ...start, '--start-lead', '2', '--shard', `${index}/4`], {
          onSpawn: (child) => {
            if (index !== 1) return;
            const timer = setInterval(() => {
              const path = join(killed, 'records.jsonl');
              if (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length < 5) return;
              clearInterval(timer);
              child.kill('SIGKILL');
            }, 20);
            child.on('exit', () => clearInterval(timer));
          },
        }),
      );
      expect((await Promise.all(shards)).map(({ code }) => code)).toEqual([0, null, 0, 0]);

      const refused = await runCli(['merge', join(root, 'night')]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('Cannot merge: shard-1-of-4 has not ended');

      const ended = await runCli(['merge', join(root, 'night'), '--allow-missing', '--json']);
      expect(ended.code).toBe(0);
      expect(ended.stderr).toContain('shard-1-of-4 has not ended');
      const summary = summarySchema.parse(JSON.parse(ended.stdout));
      expect(summary.shards).toMatchObject({ count: 4, merged: 3, missing: [1] });
      expect(summary.fidelity?.reasons.map(({ kind }) => kind)).toContain('shards_missing');
      const { ok, not_sent: notSent } = summary.rows;
      expect(ok).toBeGreaterThan(180);
      expect(ok + notSent).toBe(240);
      const report = await runCli(['report', join(root, 'night/day'), '--json']);
      expect(JSON.parse(report.stdout)).toEqual(summary);
    } finally {
      await mock.stop();
    }
  }, 120_000);
});

function remove(run: string, index: number): string[] {
  rmSync(shardOf(run, index), { recursive: true });
  return [run];
}

function copyOf(run: string, index: number): string[] {
  const copy = join(scratch.path, 'copy');
  cpSync(shardOf(run, index), copy, { recursive: true });
  return [run, copy];
}

function change(run: string, from: string | RegExp, to: string): string[] {
  const path = join(shardOf(run, 1), 'run.json');
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(path, text.replace(from, to));
  return [run];
}

function cut(run: string): string[] {
  const path = join(shardOf(run, 1), 'records.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, lines.slice(0, -1).join('\n'));
  appendFileSync(path, '\n');
  return [run];
}

function merged(run: string): string[] {
  writeFileSync(join(run, 'generated/run.json'), '{}');
  return [run];
}
