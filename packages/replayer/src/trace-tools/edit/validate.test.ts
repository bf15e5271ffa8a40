import { readdirSync } from 'node:fs';

import { expect, test } from 'vitest';

import type { TraceError } from '../../errors/errors.ts';
import { fixturePath, sourceOf } from '../../test/fixture-traces.ts';
import { readRows } from '../../trace/read.ts';
import { openTrace, type TraceSource } from '../../trace/source.ts';
import { validateTrace, type ValidateOptions } from './validate.ts';

async function problemsOf(source: TraceSource, options?: ValidateOptions) {
  const found: TraceError[] = [];
  const validation = validateTrace(source, options);
  let step = await validation.next();
  for (; step.done !== true; step = await validation.next()) found.push(step.value);
  await source.close();
  return { found, counts: step.value };
}

const good = (timestamp: number) =>
  `{"timestamp": ${timestamp}, "input_length": 600, "output_length": 1, "hash_ids": [1, 2]}`;

test('validateTrace() finds every problem, each with its line', async () => {
  const text = [
    good(5),
    '{"timestamp": "x", "input_length": 0, "output_length": -1, "hash_ids": [-1]}',
    '',
    good(4),
    '{"timestamp": 6, "input_length": 600, "output_length": 1, "hash_ids": [1]}',
    '{',
    good(5),
    '',
  ].join('\n');
  const { found, counts } = await problemsOf(sourceOf(text));
  const places = found.map(({ place: { line, field = '' } }) => `${line} ${field}`.trim());
  expect(places).toEqual([
    '2 timestamp',
    '2 input_length',
    '2 output_length',
    '2 hash_ids',
    '3',
    '4 timestamp',
    '5 hash_ids',
    '6',
    '7 timestamp',
  ]);
  expect(counts).toEqual({ rows: 6, problems: 9 });
});

test('validateTrace() counts ids only against a good input length', async () => {
  const text = '{"timestamp": 0, "input_length": -5, "output_length": 1, "hash_ids": [1, 2]}';
  const { found } = await problemsOf(sourceOf(text));
  expect(found.map(({ place }) => place.field)).toEqual(['input_length']);
});

test.each(['ten.jsonl', 'thousand.jsonl', 'large-ids.jsonl', 'packed.jsonl.gz', 'crlf.jsonl'])(
  'validateTrace() finds nothing in %s',
  async (name) => {
    const { found, counts } = await problemsOf(await openTrace(fixturePath(name)));
    expect(found).toEqual([]);
    expect(counts.rows).toBeGreaterThan(0);
  },
);

test.each(readdirSync(fixturePath('invalid')))(
  'validateTrace() finds first in %s what a replay stops at',
  async (name) => {
    const path = fixturePath(`invalid/${name}`);
    const { found } = await problemsOf(await openTrace(path));
    const stopped = await drain(path).catch((error: unknown) => (error as Error).message);
    expect(found[0]?.message).toBe(stopped);
  },
);

async function drain(path: string): Promise<undefined> {
  for await (const _rows of readRows(await openTrace(path)));
}

test('validateTrace() takes another block size', async () => {
  const path = fixturePath('blocks-of-16.jsonl');
  expect((await problemsOf(await openTrace(path), { blockSize: 16 })).found).toEqual([]);
  expect((await problemsOf(await openTrace(path))).counts.problems).toBeGreaterThan(0);
});
