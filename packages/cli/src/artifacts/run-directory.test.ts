import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { createRunDirectory, traceBaseName } from './run-directory.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trace-replay-'));
});

afterEach(() => rmSync(root, { recursive: true }));

const names: [trace: string, expected: string][] = [
  ['day.jsonl', 'day'],
  ['a/b/day.jsonl.gz', 'day'],
  ['day.gz', 'day'],
  ['day.txt', 'day.txt'],
  ['synth_16.00x1+10.00_speedup1.jsonl', 'synth_16.00x1+10.00_speedup1'],
  ['-', 'stdin'],
];

test.each(names)('traceBaseName() of %s', (trace, expected) => {
  expect(traceBaseName(trace)).toBe(expected);
});

test('createRunDirectory() makes <root>/<epoch>_<name>/<trace> and writes files whole', () => {
  const directory = createRunDirectory(join(root, 'deep'), {
    name: 'n',
    trace: 't.jsonl',
    epochSeconds: 17,
  });
  directory.write('histograms/a.hlog', 'x');
  directory.writeInRun('input_config.json', '{}');
  expect(readFileSync(join(root, 'deep/17_n/t/histograms/a.hlog'), 'utf8')).toBe('x');
  expect(readdirSync(join(root, 'deep/17_n')).sort()).toEqual(['input_config.json', 't']);
});

test('createRunDirectory() refuses a directory that exists', () => {
  mkdirSync(join(root, '17_n'));
  writeFileSync(join(root, '17_n/kept'), '');
  expect(() => createRunDirectory(root, { name: 'n', trace: 't', epochSeconds: 17 })).toThrow(
    'it exists, expected a new directory',
  );
  expect(readdirSync(join(root, '17_n'))).toEqual(['kept']);
});

test.each(['', '../x', 'a/b', '.hidden', 'a b', 'x'.repeat(97)])(
  'createRunDirectory() refuses the name "%s"',
  (name) => {
    const options = { name, trace: 't', epochSeconds: 1 };
    expect(() => createRunDirectory(root, options)).toThrow('Cannot use --name');
  },
);

test('createRunDirectory() says why a directory cannot be made', () => {
  writeFileSync(join(root, 'file'), '');
  const options = { name: 'n', trace: 't', epochSeconds: 1 };
  expect(() => createRunDirectory(join(root, 'file'), options)).toThrow(
    /Cannot write ".*file": it is a file, expected a directory/,
  );
});
