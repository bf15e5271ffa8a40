import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { fixturePath, fixtureRows, rowsOf } from '../test/fixture-traces.ts';
import { readRows } from './read.ts';
import { openTrace, type TraceSource } from './source.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-source-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

async function textOf(source: TraceSource, pieceBytes = 4096): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of source.read({ pieceBytes })) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

const missing: [what: string, path: (directory: string) => string, message: string][] = [
  ['no such file', (path) => join(path, 'no.jsonl'), 'there is no such file, expected a trace'],
  ['a file as a directory', (path) => join(path, 'file/no'), 'there is no such file'],
  ['a directory', (path) => path, 'it is a directory, expected a file'],
];

test.each(missing)('openTrace() refuses %s', async (_what, path, message) => {
  writeFileSync(join(directory, 'file'), '');
  const file = path(directory);
  await expect(openTrace(file)).rejects.toThrow(`Cannot read trace "${file}": ${message}`);
});

test('openTrace() refuses a file that this user may not read', async () => {
  const file = join(directory, 'locked.jsonl');
  writeFileSync(file, '', { mode: 0o000 });
  chmodSync(directory, 0o755);
  // The superuser may read everything, so it steps down for a moment.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(openTrace(file)).rejects.toThrow(
      `Cannot read trace "${file}": it may not be read by this user, expected read permission`,
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('openTrace() reads a file as often as asked', async () => {
  const source = await openTrace(fixturePath('ten.jsonl'));
  const text = readFileSync(fixturePath('ten.jsonl'), 'utf8');
  expect(await textOf(source)).toBe(text);
  expect(await textOf(source, 7)).toBe(text);
});

test('openTrace() unpacks gzip that was compressed, in pieces of any size', async () => {
  const file = join(directory, 'thousand.jsonl.gz');
  const text = readFileSync(fixturePath('thousand.jsonl'), 'utf8');
  writeFileSync(file, Buffer.concat([gzipSync(text), Buffer.alloc(1000)]));
  const source = await openTrace(file);
  const sizes = [64, 1000, 1_000_000];
  for (const size of sizes) expect((await textOf(source, size)) === text).toBe(true);
});

test.skipIf(process.platform !== 'linux').each(['thousand.jsonl', 'packed.jsonl.gz'])(
  'openTrace() closes %s when its reader leaves early',
  async (name) => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    const source = await openTrace(fixturePath(name));
    for (let i = 0; i < 5; i++) {
      for await (const rows of readRows(source, { pieceBytes: 200 })) {
        if (rows.length > 0) break;
      }
    }
    expect(descriptors()).toBe(before);
  },
);

test.each(['ten.jsonl', 'packed.jsonl.gz'])(
  'openTrace("-") reads %s from standard input several times, at once too',
  async (name) => {
    const bytes = readFileSync(fixturePath(name));
    const input = Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]);
    const source = await openTrace('-', input);
    const identity = await source.identify();
    const ten = await fixtureRows('ten.jsonl');
    const both = await Promise.all([rowsOf(source), rowsOf(source, { pieceBytes: 64 })]);
    expect(both).toEqual([ten, ten]);
    expect(await source.identify()).toBe(identity);
    expect(source.name).toBe('-');
    await source.close();
    await source.close();
  },
);

test('openTrace("-") leaves no name in the temporary directory, even while it is open', async () => {
  vi.stubEnv('TMPDIR', directory);
  const source = await openTrace('-', Readable.from([Buffer.from('{}\n')]));
  expect(readdirSync(directory)).toEqual([]);
  expect(await textOf(source)).toBe('{}\n');
  await source.close();
});

test.each(['waits for its first byte', 'is in the middle of a line'])(
  'openTrace("-") lets go of standard input, and is empty, when it is aborted while it %s',
  async (when) => {
    const abort = new AbortController();
    const start = when === 'waits for its first byte' ? [] : ['{"timestamp": 0, "inp'];
    const input = new Readable({
      highWaterMark: 1,
      read() {
        const text = start.pop();
        if (text === undefined) setTimeout(() => abort.abort(), 20);
        else this.push(text);
      },
    });
    const source = await openTrace('-', input as AsyncIterable<Uint8Array>, abort.signal);
    expect(input.destroyed).toBe(true);
    expect(await textOf(source)).toBe('');
    await source.close();
  },
);

test('openTrace("-") says so when there is no room for a copy', async () => {
  const file = join(directory, 'no-directory');
  vi.stubEnv('TMPDIR', file);
  await expect(openTrace('-', Readable.from([]))).rejects.toThrow(
    `Cannot read trace "-": it cannot be copied to "${file}" (ENOENT), expected room`,
  );
});

test('openTrace() reads a pipe like standard input', async () => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const written = writeFile(pipe, readFileSync(fixturePath('ten.jsonl')));
  const source = await openTrace(pipe);
  expect(await rowsOf(source)).toEqual(await fixtureRows('ten.jsonl'));
  expect(await rowsOf(source)).toHaveLength(10);
  await written;
  await source.close();
});

test('identify() tells a file that was written to or replaced', async () => {
  const file = join(directory, 't.jsonl');
  writeFileSync(file, 'a\n');
  const source = await openTrace(file);
  const first = await source.identify();
  expect(await source.identify()).toBe(first);
  writeFileSync(file, 'b\n', { flag: 'a' });
  const second = await source.identify();
  rmSync(file);
  writeFileSync(file, 'a\nb\n');
  const third = await source.identify();
  expect(new Set([first, second, third]).size).toBe(3);
  rmSync(file);
  await expect(source.identify()).rejects.toThrow('there is no such file');
  mkdirSync(file);
  await expect(textOf(source)).rejects.toThrow('it is a directory, expected a file');
});
