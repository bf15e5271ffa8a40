import { fdatasync, fstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { parseRecord, type RequestRecord, summarySchema } from '@trace-replay/metrics';
import { startMock } from '@trace-replay/mock';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createRecordSink } from './record-sink.ts';
import { createScratch, runCli, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(() => {
  scratch.remove();
});

const RECORD: RequestRecord = {
  schema_version: 1,
  row: 0,
  outcome: 'not_sent',
  due_ns: 0,
  input_tokens_asked: 1,
  output_tokens_asked: 1,
};

test('createRecordSink() syncs what is new, again and again, and has every record at the end', async () => {
  const path = join(scratch.path, 'records.jsonl');
  const synced: number[] = [];
  const syncFile = ((fd, done) => {
    synced.push(fstatSync(fd).size);
    fdatasync(fd, done);
  }) as typeof fdatasync;
  const sink = createRecordSink(
    path,
    (error) => {
      throw error;
    },
    { syncEveryMs: 2, syncFile },
  );
  for (let row = 0; row < 300; row++) {
    sink.write({ ...RECORD, row });
    if (row % 100 < 99) continue;
    await vi.waitFor(() => expect(linesIn(path)).toBe(row + 2));
    await vi.waitFor(() => expect(synced.at(-1)).toBe(statSync(path).size));
  }
  // Nothing new, no sync.
  await setTimeout(20);
  const { length } = synced;
  await setTimeout(20);
  expect(synced).toHaveLength(length);
  expect(length).toBeGreaterThanOrEqual(3);
  await sink.close();
  const rows = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(rows.map((line) => parseRecord(line).row)).toEqual(
    Array.from({ length: 300 }, (_, i) => i),
  );
});

test('createRecordSink() reports a sync that failed, once', async () => {
  const errors: Error[] = [];
  const syncFile = ((_fd, done) => {
    done(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  }) as typeof fdatasync;
  const path = join(scratch.path, 'records.jsonl');
  const sink = createRecordSink(path, (error) => errors.push(error), { syncEveryMs: 2, syncFile });
  sink.write(RECORD);
  await vi.waitFor(() => expect(errors).toHaveLength(1));
  await expect(sink.close()).rejects.toThrow('the disk is full');
  expect(errors).toHaveLength(1);
});

test('a replay that is killed at once has lost at most one second of records', async () => {
  const mock = await startMock({ latency: { ttftMs: 5, itlMs: 1 } });
  try {
    const trace = scratch.write('t.jsonl', traceText(4000, 2));
    const root = join(scratch.path, 'artifacts');
    let killedNs: bigint | undefined;
    const flags = ['--trace', trace, '--url', mock.url, '--artifact-dir', root];
    const ended = await spawnCli([...flags, '--run-id', 'killed', '--progress', 'none'], {
      onSpawn: (child) => {
        const path = join(root, 'killed/t/records.jsonl');
        const timer = setInterval(() => {
          if (linesIn(path) < 800) return;
          clearInterval(timer);
          // Not just after something was written.
          void setTimeout(250).then(() => {
            killedNs = process.hrtime.bigint();
            child.kill('SIGKILL');
          });
        }, 50);
        child.on('exit', () => clearInterval(timer));
      },
    });
    expect(ended.code).toBeNull();
    const lastNs = (killedNs ?? 0n) - 1_000_000_000n;
    const { requests } = await mock.journal();
    const served = requests
      .filter(({ end_ns: atNs = '' }) => atNs !== '' && BigInt(atNs) <= lastNs)
      .flatMap(({ request_id: id = '' }) => (id.startsWith('killed-') ? [id.slice(7)] : []));
    // The last line may be cut.
    const lines = readFileSync(join(root, 'killed/t/records.jsonl'), 'utf8').split('\n');
    const kept = new Set(lines.slice(0, -1).map((line) => String(parseRecord(line).row)));
    expect(served.length).toBeGreaterThan(100);
    expect(served.filter((row) => !kept.has(row))).toEqual([]);

    const report = await runCli(['report', join(root, 'killed/t'), '--json']);
    const summary = summarySchema.parse(JSON.parse(report.stdout));
    expect(summary).toMatchObject({ status: 'partial', rows: { total: 4000, ok: kept.size } });
  } finally {
    await mock.stop();
  }
});

function linesIn(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length;
  } catch {
    return 0;
  }
}
