import { Readable } from 'node:stream';

import { expect, test } from 'vitest';

import { createPreparation } from './prepare.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TraceRow } from '../trace/row.ts';

const rowOf = (index: number): TraceRow =>
  ({ index, inputLength: 8, outputLength: 1, hashIds: [index] }) as unknown as TraceRow;

const ROWS = [
  [rowOf(0), rowOf(1)],
  [rowOf(2), rowOf(3)],
];

test('createPreparation() gives every row an end when bodies can no longer be built', async () => {
  const told: string[] = [];
  const tell =
    (what: string) =>
    ({ row }: { readonly row: number }) =>
      void told.push(`${what} ${row}`);
  const preparation = createPreparation(
    {
      rows: Readable.from(ROWS),
      schedule: { firstRow: 0, dueNs: [0, 1, 2, 3] } as unknown as Schedule,
      build: ({ index }) =>
        index < 1
          ? Promise.resolve({ row: index, bytes: 1, digest: new Uint8Array(32) })
          : Promise.reject(new Error('The thread is gone')),
      pace: () => Promise.resolve(),
      targets: 1,
      windowBytes: 100,
    },
    {
      onAsked: tell('asked'),
      onPrepared: tell('prepared'),
      onUnbuilt: tell('unbuilt'),
      onSkipped: tell('skipped'),
    },
  );
  await expect(preparation.run()).rejects.toThrow('The thread is gone');
  expect(told).toEqual(['asked 0', 'prepared 0', 'asked 1', 'unbuilt 1', 'skipped 2', 'skipped 3']);
});
