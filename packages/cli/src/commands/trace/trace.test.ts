import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createScratch, type Scratch } from '../../test/run-cli.ts';
import { addTraceCommand } from './trace.ts';

const THOUSAND = fileURLToPath(
  new URL('../../../../../fixtures/traces/thousand.jsonl', import.meta.url),
);

let scratch: Scratch;
beforeEach(() => (scratch = createScratch()));
afterEach(() => scratch.remove());

/** Runs `trace …` in this process; what it throws is the caller's to see. */
async function trace(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  let code: number | undefined;
  const onEnd = (ended: number) => {
    code = ended;
  };
  const program = new Command().exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
  addTraceCommand(program, { stdout, stderr, onEnd });
  // The pipes are read while the command writes, as a shell does.
  const said = Promise.all([textOf(stdout), textOf(stderr)]);
  let error: Error | undefined;
  await program.parseAsync(['trace', ...args], { from: 'user' }).catch((thrown: unknown) => {
    error = thrown as Error;
  });
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code, out, err, error };
}

async function textOf(stream: PassThrough): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

const source = () => scratch.write('conversation_trace.jsonl', readFileSync(THOUSAND, 'utf8'));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('trace synthesize', () => {
  const recipe = (...more: string[]) =>
    trace(
      'synthesize',
      ...['--input-file', source(), '--prefix-len-multiplier', '16'],
      ...['--prompt-len-multiplier', '10', '--max-isl', '110000', '--num-requests', '1000'],
      ...more,
    );
  const NAME = 'conversation_trace_synth_16.00x1+10.00_speedup1_maxisl110000.jsonl';

  test.each([
    ['old', '38', 'c20af048df9b5d4a40c481cc3bebb36cbe9b70117c478b27dae2d3b7911f6c35'],
    ['new', '0', '9ac06383c00e1675ac4c547af438e7a3350a564f8c1e9ab7fcac335092f98e90'],
  ])(
    'writes what datagen writes, era %s, under the name of the recipe',
    async (compat, seed, wanted) => {
      const { code, out, err } = await recipe('--compat', compat, '--seed', seed);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(scratch.files()).toEqual(['conversation_trace.jsonl', NAME].sort());
      expect(sha256(scratch.read(NAME))).toBe(wanted);
      expect(out).toContain(`era ${compat}, seed ${seed}`);
      expect(out).toMatch(/^ {2}Unique Prompt Length +[\d,.]+/m);
    },
  );

  test('says how many draws the filter dropped, and the rate that results', async () => {
    const { out } = await trace(
      ...['synthesize', '--input-file', source(), '--num-requests', '1000'],
      ...['--min-isl', '700', '--max-isl', '2500', '--prefix-len-multiplier', '0.4', '--seed', '1'],
    );
    expect(out).toContain('1,272 drawn, 272 (21.4 %) dropped by --min-isl 700 and --max-isl 2500');
    expect(out).toMatch(/the rate falls from about \d\.\d\d to \d\.\d\d requests\/s/);
  });

  test('leaves no file when the filter lets nothing through', async () => {
    const { error } = await recipe('--min-isl', '109999', '--max-rejections', '100');
    expect(error?.message).toMatch(/100 requests in a row are outside the input lengths/);
    expect(scratch.files()).toEqual(['conversation_trace.jsonl']);
  });

  test('writes the same trace again, and another one only with --force', async () => {
    await recipe();
    expect((await recipe()).code).toBe(0);
    const before = scratch.read(NAME);
    const { error } = await recipe('--seed', '1');
    expect(error?.message).toMatch(/a file of another content is there.*\n {2}Pass --force/);
    expect(scratch.read(NAME)).toBe(before);
    expect((await recipe('--seed', '1', '--force')).code).toBe(0);
    expect(scratch.read(NAME)).not.toBe(before);
    expect(scratch.files()).toHaveLength(2);
  });

  test('writes to standard output, and then reports on stderr', async () => {
    const { out, err } = await recipe('--output-file', '-');
    expect(out.trimEnd().split('\n')).toHaveLength(1000);
    expect(err).toContain('Trace on standard output');
  });

  test('says when output lengths are too short for a replay', async () => {
    const { err } = await recipe('--osl-multiplier', '0.1');
    expect(err).toMatch(/rows have an output length below 1, .* Pass --min-osl 1/);
  });

  test.each([
    ['--seed', '-1', 'Cannot use --seed "-1": expected an integer of at least 0'],
    ['--max-isl', '1.5', 'Cannot use --max-isl "1.5": expected an integer'],
    ['--num-requests', '0', 'Cannot use --num-requests "0": expected an integer of at least 1'],
    ['--prefix-len-multiplier', '0', 'expected a finite number above 0'],
    ['--compat', 'older', 'Cannot use --compat "older": expected old or new'],
  ])('refuses %s %s', async (flag, value, message) => {
    expect((await trace('synthesize', flag, value)).error?.message).toContain(message);
  });
});

describe('trace analyze', () => {
  test('prints a page of at most 100 columns', async () => {
    const { code, out, err } = await trace('analyze', THOUSAND, '--bytes-per-token', '70000');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ {2}Block-level Hit Rate +\d\d\.\d\d %$/m);
    expect(out).toMatch(/^ {2}Theoretical Hit Rates( +\d\.\d{4}){7}$/m);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
    const [, ...page] = out.split('\n');
    expect(widest(page.join('\n'))).toBeLessThanOrEqual(100);
  });

  test('prints JSON in snake_case, without what the file has no field for', async () => {
    const { out } = await trace('analyze', THOUSAND, '--json', '--cache-tokens', '1e5,1e6');
    const analysis = JSON.parse(out) as Record<string, object>;
    expect(analysis).toMatchObject({ schema_version: 1, rows: 1000, block_size: 512 });
    expect(analysis['cache']).toMatchObject({ curve: [{ tokens: 1e5 }, { tokens: 1e6 }] });
    expect(Object.keys(analysis['recipe']!)).toContain('block_hit_rate');
    expect(Object.keys(analysis['recipe']!)).not.toContain('shared_prefix_ratio');
  });

  test('says that nothing is known about blocks', async () => {
    const path = THOUSAND.replace('thousand', 'no-hash-ids');
    const { out } = await trace('analyze', path);
    expect(out).toContain('Not every row has hash_ids, so nothing is said about blocks.');
    expect(out).not.toMatch(/Hit Rate|NaN|undefined/);
  });
});

describe('trace validate', () => {
  const line = (timestamp: number, ids = '1, 2') =>
    `{"timestamp": ${timestamp}, "input_length": 600, "output_length": 1, "hash_ids": [${ids}]}`;

  test('says that a good trace has no problem', async () => {
    const { code, out } = await trace('validate', THOUSAND);
    expect({ code, out }).toEqual({ code: 0, out: `${THOUSAND}: 1,000 rows, no problem\n` });
  });

  test('prints every problem', async () => {
    const path = scratch.write('bad.jsonl', [line(5), line(4), '{', line(6, '1')].join('\n'));
    const { out, error } = await trace('validate', path);
    expect(out.match(/ line \d/g)).toEqual([' line 2', ' line 3', ' line 4']);
    expect(error?.message).toBe(`Cannot accept trace "${path}": it has 3 problems, expected none`);
  });

  test('prints them as JSON', async () => {
    const path = scratch.write('bad.jsonl', [line(5), line(4)].join('\n'));
    const { out } = await trace('validate', path, '--json');
    expect(JSON.parse(out)).toMatchObject({
      schema_version: 1,
      file: path,
      rows: 2,
      problems: [{ line: 2, field: 'timestamp' }],
    });
  });

  test('prints 20 problems and counts the others', async () => {
    const bad = '{"timestamp": 0, "input_length": 0, "output_length": 0}\n';
    const path = scratch.write('bad.jsonl', bad.repeat(40));
    const { out, error } = await trace('validate', path);
    expect(out.match(/ line \d+/g)).toHaveLength(20);
    expect(out).toContain(
      '… and 60 more problems ("input_length" 30, "output_length" 30); --json lists 1000.\n',
    );
    expect(error?.message).toContain('it has 80 problems');
    const json = JSON.parse((await trace('validate', path, '--json')).out) as object;
    expect(json).toMatchObject({ rows: 40, problem_count: 80 });
  });

  test('names another block size once, and the problems beside it', async () => {
    const row = '{"timestamp": 0, "input_length": 40, "output_length": 1, "hash_ids": [1, 2, 3]}\n';
    const path = scratch.write('blocks.jsonl', row.repeat(80) + row.replace('40', '40, "x": 1'));
    const { out } = await trace('validate', path);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringContaining('line 1: "hash_ids" has 3 ids for 40 tokens, expected 1'),
      '  Pass --block-size 16: it fits all 81 rows with hash ids.',
      'not used: x',
    ]);
    expect((await trace('validate', path, '--block-size', '16')).code).toBe(0);
  });

  test('doubts the time unit, and transform turns it into milliseconds', async () => {
    const text = [0.216, 0.405].map((time) => line(time)).join('\n');
    const path = scratch.write('seconds.jsonl', text);
    const { out } = await trace('validate', path);
    expect(out).toContain('\n  Pass --time-unit s, which multiplies the timestamps by 1000;');
    const fixed = await trace('validate', path, '--fix', `${scratch.path}/fixed.jsonl`);
    expect(fixed.error?.message).toContain('Pass --time-unit s');
    for (const command of ['analyze', 'validate']) {
      expect((await trace(command, path)).error).toBeDefined();
      expect((await trace(command, path, '--time-unit', 's')).code).toBe(0);
    }
    const { out: milliseconds } = await trace('transform', path, '--time-unit', 's');
    expect(milliseconds).toBe(`${line(216)}\n${line(405)}\n`);
  });

  test('writes a mended trace that has no problem, and says what it did', async () => {
    const text = [line(5), '', line(4, '-1, 2')].join('\n');
    const path = scratch.write('bad.jsonl', text);
    const mended = `${scratch.path}/mended.jsonl`;
    const { code, err } = await trace('validate', path, '--fix', mended);
    expect(code).toBe(0);
    expect(err).toBe(
      'Sorted by timestamp: 1 row moved.\nNumbered 3 block ids anew.\nLeft out 1 blank line.\n' +
        `Wrote 2 rows to ${mended}.\n`,
    );
    expect((await trace('validate', mended)).code).toBe(0);
  });

  test('fails when rows are left out, and writes the others', async () => {
    const path = scratch.write('bad.jsonl', [line(5), '{'].join('\n'));
    const { error } = await trace('validate', path, '--fix', `${scratch.path}/mended.jsonl`);
    expect(error?.message).toContain('rows with 1 problem are left out');
    expect(scratch.read('mended.jsonl')).toBe(`${line(5)}\n`);
  });
});

describe('trace transform', () => {
  test('makes shards whose union is the whole', async () => {
    const whole = readFileSync(THOUSAND, 'utf8').trimEnd().split('\n');
    const shards: string[][] = [];
    for (const shard of ['0/3', '1/3', '2/3']) {
      const { out } = await trace('transform', THOUSAND, '--shard', shard);
      shards.push(out.trimEnd().split('\n'));
    }
    expect(whole.map((_, row) => shards[row % 3]![Math.floor(row / 3)])).toEqual(whole);
  });

  test('selects, cuts and renumbers in one go, and the result validates', async () => {
    const output = `${scratch.path}/small.jsonl`;
    const { code, out, err } = await trace(
      ...['transform', THOUSAND, '--start-offset', '3000', '--limit', '200', '--max-isl', '900'],
      ...['--max-osl', '20', '--to-block-size', '64', '--renumber-ids', '--speedup', '4'],
      ...['--output-file', output],
    );
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe(`Wrote 200 of 1000 rows to ${output}.\n`);
    expect((await trace('validate', output, '--block-size', '64')).code).toBe(0);
  });

  test.each([
    ['--to-block-size', '100', 'a new block would lie across two old ones'],
    ['--shard', '3/3', 'Cannot take shard 3 of 3'],
    ['--start-offset', '1e12', 'none of its 1000 rows is selected'],
  ])('refuses %s %s', async (flag, value, message) => {
    const output = `${scratch.path}/none.jsonl`;
    const { error } = await trace('transform', THOUSAND, flag, value, '--output-file', output);
    expect(error?.message).toContain(message);
    expect(scratch.files()).toEqual([]);
  });

  test('writes to a device without replacing it', async () => {
    expect((await trace('transform', THOUSAND, '--output-file', '/dev/null')).code).toBe(0);
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  test('says that a file cannot be written', async () => {
    const output = `${scratch.path}/none/x.jsonl`;
    const { error } = await trace('transform', THOUSAND, '--output-file', output);
    expect(error?.name).toBe('ArtifactError');
  });
});
