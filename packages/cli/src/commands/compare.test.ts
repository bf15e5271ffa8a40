import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { comparisonSchema } from '@trace-replay/metrics';
import { createMockServer } from '@trace-replay/mock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, traceText } from '../test/run-cli.ts';

let scratch: Scratch;
/** The results of one real run, of which the others are copies. */
let original: string;

beforeAll(async () => {
  scratch = createScratch();
  const trace = scratch.write('trace.jsonl', traceText(30));
  const server = await createMockServer();
  const artifacts = ['--artifact-dir', join(scratch.path, 'artifacts'), '--progress', 'none'];
  const ended = await runCli([
    '--trace',
    trace,
    '--url',
    server.url,
    '--name',
    'base',
    ...artifacts,
  ]);
  await server.stop();
  expect(ended).toMatchObject({ code: 0 });
  original = join(scratch.path, scratch.results());
});
afterAll(() => scratch.remove());

interface Change {
  readonly name?: string;
  readonly state?: (text: string) => string;
  readonly records?: (lines: string[]) => string[];
}

/** A copy of the run below `path`, with another name, other lines of run.json, other records. */
function copyTo(path: string, { name, state = (text) => text, records }: Change = {}): string {
  const directory = join(scratch.path, path);
  cpSync(original, directory, { recursive: true });
  const rewrite = (file: string, change: (text: string) => string) =>
    writeFileSync(join(directory, file), change(readFileSync(join(directory, file), 'utf8')));
  rewrite('run.json', (text) => {
    const renamed = name === undefined ? text : text.replace('"name": "base"', `"name": "${name}"`);
    return state(renamed);
  });
  if (records) {
    rewrite('records.jsonl', (text) => `${records(text.trimEnd().split('\n')).join('\n')}\n`);
  }
  return directory;
}

const withSeed = (seed: number) => (text: string) =>
  text.replace(/"seed": \d+/g, `"seed": ${seed}`);

const compare = (...args: string[]) => runCli(['compare', ...args]);

describe('replay compare', () => {
  test('sets two runs side by side and says that one run is little', async () => {
    const other = copyTo('other', { name: 'changed' });
    const { code, stdout, stderr } = await compare(original, other);
    expect([code, stderr]).toEqual([0, '']);
    for (const text of ['base', 'changed', 'First token p50', 'No winner: one run']) {
      expect(stdout).toContain(text);
    }
  });

  test('prints comparison.json', async () => {
    const { stdout } = await compare(original, copyTo('json', { name: 'changed' }), '--json');
    const comparison = comparisonSchema.parse(JSON.parse(stdout));
    expect(comparison.sides.map(({ name }) => name)).toEqual(['base', 'changed']);
    expect(comparison.contests[0]?.lost).toEqual({ both: 0, first_only: 0, second_only: 0 });
    expect(comparison.sides[0]?.runs[0]?.directory).toBe(original);
    // The run read its own verdict again, from the readings that it left.
    expect(comparison.sides[0]?.runs[0]?.fidelity).toMatch(/^(valid|degraded|invalid)$/);
  });

  test('prints Markdown, and tells runs of one name by where they lie', async () => {
    const other = copyTo('markdown');
    const { stdout } = await compare(original, other, '--markdown');
    expect(stdout).toMatch(/^\| .* \|$/m);
    expect(stdout).toContain('markdown');
  });

  test('counts rows without a record against the side that has none', async () => {
    const short = copyTo('short', { name: 'short', records: (lines) => lines.slice(0, 25) });
    const { stdout } = await compare(original, short, '--json');
    const [contest] = comparisonSchema.parse(JSON.parse(stdout)).contests;
    expect(contest?.lost).toEqual({ both: 0, first_only: 0, second_only: 5 });
  });

  test('pairs repeats by seed, whether listed or found below a directory', async () => {
    for (const seed of [44, 42, 43]) {
      copyTo(`a/${seed}_a/trace`, { name: 'a', state: withSeed(seed) });
      copyTo(`b/${seed}_b/trace`, { name: 'b', state: withSeed(seed) });
    }
    const listed = [44, 43, 42].map((seed) => join(scratch.path, `b/${seed}_b/trace`)).join(',');
    const { code, stdout, stderr } = await compare(join(scratch.path, 'a'), listed, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const { scope, sides } = comparisonSchema.parse(JSON.parse(stdout));
    expect(scope).toBe('between_runs');
    for (const { runs } of sides) expect(runs.map(({ seed }) => seed)).toEqual([42, 43, 44]);
  });

  test('judges by other objectives', async () => {
    const other = copyTo('objectives', { name: 'changed' });
    const { stdout } = await compare(
      original,
      other,
      '--json',
      '--goodput',
      'request_latency:0.001',
    );
    const comparison = comparisonSchema.parse(JSON.parse(stdout));
    expect(comparison.objectives).toEqual([{ metric: 'request_latency', limit_ms: 0.001 }]);
    expect(comparison.contests[0]?.verdicts).toMatchObject({ neither: 30 });
  });
});

describe('replay compare refuses', () => {
  const conditions: [what: string, state: (text: string) => string][] = [
    ['trace', (text) => text.replace(/"sha256": "[0-9a-f]{4}/g, '"sha256": "beef')],
    ['seed', withSeed(7)],
    ['speedup', (text) => text.replace(/"speedup": 1\b/g, '"speedup": 2')],
    ['objectives', (text) => text.replace('"limit_ms": 50', '"limit_ms": 51')],
    ['model', (text) => text.replace('"model": "mock-model"', '"model": "else"')],
  ];

  test.each(conditions)('another %s, unless told', async (what, state) => {
    const other = copyTo(`other-${what}`, { name: 'changed', state });
    const refused = await compare(original, other);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain(`Cannot compare runs of different ${what}: `);
    expect(refused.stderr).toContain(`--allow-different ${what}`);
    const allowed = await compare(original, other, '--allow-different', what);
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).toContain(`differ in ${what}, as was allowed`);
  });

  test('one side, what is no run, and uneven repeats', async () => {
    const none = join(scratch.path, 'nothing');
    const pair = `${original},${copyTo('uneven', { state: withSeed(43) })}`;
    const cases: [args: string[], sentence: string][] = [
      [[original], 'it is one side, expected two or more directories'],
      [[original, none], `Cannot compare "${none}": it holds no run.json`],
      [[original, pair], 'the sides have different numbers of them'],
      [[original, original, '--allow-different', 'weather'], 'expected one of trace, seed'],
    ];
    for (const [args, sentence] of cases) {
      const { code, stderr } = await compare(...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
    }
  });
});
