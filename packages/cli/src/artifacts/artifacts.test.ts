import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Accumulator, runStateSchema } from '@trace-replay/metrics';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ArtifactError } from '../io/errors.ts';
import { createScratch, type Scratch } from '../test/run-cli.ts';
import { openArtifacts } from './artifacts.ts';
import { createDispatchMarks, readDispatchMarks } from './dispatch-marks.ts';
import { createRunDirectory } from './run-directory.ts';
import { overwrite } from './write-part.ts';

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(() => scratch.remove());

const CONDITIONS = {
  trace: {
    file: 't',
    sha256: 'a'.repeat(64),
    rows: 1,
    selected_rows: 1,
    first_row: 0,
    block_size: 512,
  },
  ...{ endpoint: 'chat', urls: ['http://a'], seed: 42, speedup: 1, output_length: 'exact' },
  ...{ prompt_algorithm: 'p', flags: {}, versions: { trace_replay: '0', node: '0', undici: '0' } },
  host: { hostname: 'h', os: 'linux', arch: 'x64', cpus: 1, memory_bytes: 1 },
} as never;

/** The files of one run, on a disk that takes no new file once it is full. */
function openOn(refused: (name: string) => boolean) {
  const root = join(scratch.path, 'artifacts');
  const named = { name: 'n', trace: 't.jsonl', epochSeconds: 1 };
  const directory = createRunDirectory(root, named);
  const disk = { isFull: false };
  const write = (name: string, text: string) => {
    if (disk.isFull && refused(name)) throw new ArtifactError(`Cannot write "${name}": full`);
    directory.write(name, text);
  };
  const opening = { id: 'r', name: 'n', shard: undefined, conditions: CONDITIONS, objectives: [] };
  const artifacts = openArtifacts(
    { ...directory, write },
    { ...opening, exportFormats: [] },
    () => undefined,
  );
  return { artifacts, disk, readState: () => readState(directory.tracePath) };
}

function readState(path: string) {
  return runStateSchema.parse(
    JSON.parse(scratch.read(join(path, 'run.json').slice(scratch.path.length + 1))),
  );
}

test.each([
  ['every file', () => true],
  ['the summary', (name: string) => name === 'summary.json'],
  ['all but the summary', (name: string) => name !== 'summary.json'],
])('save() writes the end of run.json on a disk without room for %s', async (_what, refused) => {
  const { artifacts, disk, readState } = openOn(refused);
  const accumulator = new Accumulator({ objectives: [] });
  const bodies = { count: 0, bytes: 0, digest: 'a'.repeat(64) };
  const closing = {
    status: 'stopped',
    bodies,
    readings: undefined,
    serverMetrics: undefined,
  } as const;
  const summary = artifacts.summarize(accumulator, closing);
  disk.isFull = true;
  await expect(artifacts.save(summary, accumulator, 6)).rejects.toThrow('full');
  expect(readState()).toMatchObject({ status: 'stopped', exit_code: 7 });
});

test('fail() ends run.json where there is no summary', () => {
  const { artifacts, readState } = openOn(() => false);
  artifacts.fail('Internal error');
  expect(readState()).toMatchObject({ status: 'failed', exit_code: 1, reason: 'Internal error' });
});

test('overwrite() takes no more room than the file has', () => {
  const path = scratch.write('run.json', '{"a": 1, "b": 2}\n');
  overwrite(path, 'x'.repeat(100));
  expect(scratch.read('run.json')).toBe('{"a": 1, "b": 2}\n');
  overwrite(path, '{"a":3}');
  expect(scratch.read('run.json')).toHaveLength(17);
  expect(JSON.parse(scratch.read('run.json'))).toEqual({ a: 3 });
});

test('dispatch marks are read back, but for a line that was cut', async () => {
  const marks = createDispatchMarks(scratch.path);
  for (let row = 0; row < 1000; row++) marks.add(row * 7);
  await expect.poll(async () => (await readDispatchMarks(scratch.path)).size).toBe(1000);
  writeFileSync(join(scratch.path, 'dispatched.txt'), '5\n17\n9');
  expect([...(await readDispatchMarks(scratch.path))]).toEqual([5, 17]);
  await marks.remove();
  expect(scratch.files()).toEqual([]);
  expect((await readDispatchMarks(scratch.path)).size).toBe(0);
});
