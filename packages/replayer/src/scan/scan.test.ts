import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';

import { createRowSelector, createSchedule, describeSchedule } from '../schedule/schedule.ts';
import { fixturePath, fixtureRows, sourceOf } from '../test/fixture-traces.ts';
import { CachePredictor } from './predict-cache.ts';
import { scanTrace } from './scan.ts';
import { hasShared, sharedPath } from '../test/shared-data.ts';
import { openTrace, type TraceSource } from '../trace/source.ts';

test.each(['ten.jsonl', 'thousand.jsonl', 'crlf.jsonl', 'packed-in-two.jsonl.gz'])(
  'scanTrace() sums up %s as its rows do, with the digest of the file on disk',
  async (name) => {
    const rows = await fixtureRows(name);
    const {
      timestampsMs,
      identity: _,
      cachePrediction,
      ...scan
    } = await scanTrace(await openTrace(fixturePath(name)));
    const sum = (values: number[]) => values.reduce((a, b) => a + b);
    const input = rows.map(({ inputLength }) => inputLength);
    const output = rows.map(({ outputLength }) => outputLength);
    expect(scan).toEqual({
      sha256: createHash('sha256')
        .update(readFileSync(fixturePath(name)))
        .digest('hex'),
      rowCount: rows.length,
      inputTokens: sum(input),
      outputTokens: sum(output),
      maxInputLength: Math.max(...input),
      maxOutputLength: Math.max(...output),
      blockCount: sum(rows.map(({ hashIds = [] }) => hashIds.length)),
      rowsWithoutHashIds: 0,
    });
    expect(cachePrediction).toMatchObject({ rows: rows.length, promptTokens: sum(input) });
    expect(Array.from(timestampsMs)).toEqual(rows.map(({ timestampMs }) => timestampMs));
  },
);

test('scanTrace() counts rows without hash ids', async () => {
  const scan = await scanTrace(await openTrace(fixturePath('no-hash-ids.jsonl')));
  expect(scan).toMatchObject({ rowCount: 10, rowsWithoutHashIds: 10, blockCount: 0 });
});

test('scanTrace() predicts a cache from the selected rows alone', async () => {
  const selectRow = createRowSelector({ startOffsetMs: 5, limit: 20 });
  const source = await openTrace(fixturePath('thousand.jsonl'));
  const { cachePrediction, timestampsMs } = await scanTrace(source, { selectRow });
  const { firstRow, count } = createSchedule(timestampsMs, { startOffsetMs: 5, limit: 20 });
  const predictor = new CachePredictor(512);
  const rows = await fixtureRows('thousand.jsonl');
  for (const row of rows.slice(firstRow, firstRow + count)) predictor.add(row);
  expect(firstRow).toBeGreaterThan(0);
  expect(cachePrediction).toEqual(predictor.result());
  expect(cachePrediction?.cachedTokens).toBeGreaterThan(0);
});

test('scanTrace() refuses a trace that changes while it is read', async () => {
  let looks = 0;
  const source: TraceSource = {
    ...sourceOf('{"timestamp": 0, "input_length": 5, "output_length": 1}\n'),
    identify: () => Promise.resolve(String(looks++)),
  };
  await expect(scanTrace(source)).rejects.toThrow(
    'Cannot use trace "t.jsonl": it changed while it was read (it was written to or replaced), ' +
      'expected the same file throughout\n  Replay a copy that nothing writes to.',
  );
});

test('scanTrace() holds at most 16 bytes a row', async () => {
  const rowCount = 200_000;
  const scanned = await scanTrace(withPeak(longSource(rowCount)));
  expect(scanned.rowCount).toBe(rowCount);
  expect(scanned.timestampsMs.every((timestampMs, index) => timestampMs === index)).toBe(true);
  // What stays: the timestamps, in one array of 8 bytes a row.
  expect(scanned.timestampsMs.buffer.byteLength).toBe(8 * rowCount);
  // While it runs: never more than 16 bytes a row, and what is there for any trace.
  const allowance = 1e6 + PREFIX_FILTER_BYTES;
  expect(peakBytes - baseBytes).toBeLessThan(16 * rowCount + allowance);
});

/** The prediction's, whatever the rows. */
const PREFIX_FILTER_BYTES = 2 ** 24;

let baseBytes = 0;
let peakBytes = 0;

/** Measures what survives a garbage collection, now and then while the source is read. */
function withPeak(source: TraceSource): TraceSource {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heldBytes = () => {
    // One collection finds the garbage; buffers among it leave `external` only with the next one.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  baseBytes = heldBytes();
  peakBytes = 0;
  return {
    ...source,
    async *read(options) {
      let pieces = 0;
      for await (const piece of source.read(options)) {
        yield piece;
        if (pieces++ % 25 === 0) peakBytes = Math.max(peakBytes, heldBytes());
      }
      peakBytes = Math.max(peakBytes, heldBytes());
    },
  };
}

/** Rows that are made as they are read. */
function longSource(rowCount: number): TraceSource {
  const rowsAPiece = 1000;
  return {
    ...sourceOf(''),
    // eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
    async *read() {
      for (let index = 0; index < rowCount; index += rowsAPiece) {
        const lines = Array.from(
          { length: rowsAPiece },
          (_, i) =>
            `{"timestamp":${index + i},"input_length":600,"output_length":1,"hash_ids":[0,${index + i}]}\n`,
        );
        yield Buffer.from(lines.join(''));
      }
    },
  };
}

const shared: [
  file: string,
  sha256: string,
  rows: number,
  lastMs: number,
  maxRowsAtOnce: number,
  instants: number,
][] = [
  [
    'conversation_trace.jsonl',
    'b8cbb061a85206d729d91cdc2981f43c9e0d99209dce588d3af5f7934408b9df',
    12_031,
    3_536_999,
    28,
    1180,
  ],
  [
    'synthetic_trace.jsonl',
    'bd070915a98fc0ed264d7cfef2ce746002eb3076a695ec31ba2674c0111ec131',
    3993,
    1_022_025,
    2,
    3982,
  ],
  [
    'seed-first-2000.jsonl',
    '7bf610cd0e444acdc807f81839e53a1d4129e6e1307dd308d2deb8632dee1b60',
    2000,
    987_027,
    15,
    329,
  ],
  [
    'seed-synth-10000.jsonl',
    '65dcd9145e1fe3cb00a3d55e1925de79cf4158068bb281d02de3648ad1be85c8',
    10_000,
    5_121_015,
    19,
    1702,
  ],
];

describe.skipIf(!hasShared)('published traces (../shared is needed)', () => {
  test.each(shared)(
    'scanTrace() knows %s',
    async (file, sha256, rows, lastMs, maxRowsAtOnce, instants) => {
      const scan = await scanTrace(await openTrace(sharedPath(`traces/${file}`)));
      expect(scan).toMatchObject({ sha256, rowCount: rows });
      expect(scan.timestampsMs.at(-1)).toBe(lastMs);
      const figures = describeSchedule(createSchedule(scan.timestampsMs));
      expect(figures).toMatchObject({ rows, maxRowsAtOnce, instants });
    },
  );
});

test.each([
  ['a row in each piece', 6, 3, 2],
  ['two rows in each piece', 3, 6, 2],
  ['two pieces for each row', 12, 2, 3],
])(
  'scanTrace() ends with the rows read when it is aborted, with %s',
  async (_what, pieces, rows, last) => {
    const abort = new AbortController();
    const row = (index: number) =>
      `{"timestamp": ${index * 1000 + 1000}, "input_length": 5, "output_length": 2}\n`;
    const text = [0, 1, 2, 3, 4, 5].map(row).join('');
    const pieceBytes = text.length / pieces;
    let read = 0;
    const source: TraceSource = {
      ...sourceOf(''),
      async *read() {
        for (; read < pieces; read++) {
          if (read === 2) await Promise.resolve(abort.abort());
          yield Buffer.from(text.slice(read * pieceBytes, (read + 1) * pieceBytes));
        }
      },
    };
    const scan = await scanTrace(source, { signal: abort.signal });
    expect(scan).toMatchObject({ rowCount: rows, outputTokens: 2 * rows });
    expect(scan.timestampsMs).toHaveLength(rows);
    expect(scan).not.toHaveProperty('sha256');
    expect(read).toBe(last);
  },
);
