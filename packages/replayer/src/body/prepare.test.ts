import { Readable } from 'node:stream';

import { expect, test } from 'vitest';

import type { Schedule } from '../schedule/schedule.ts';
import type { TraceRow } from '../trace/row.ts';
import { prepareRows } from './prepare.ts';
import { RowLedger } from './row-ledger.ts';

const rowOf = (index: number): TraceRow =>
  ({ index, inputLength: 8, outputLength: 1, hashIds: [index] }) as unknown as TraceRow;

const ROWS = [
  [rowOf(10), rowOf(11)],
  [rowOf(12), rowOf(13)],
];
const SCHEDULE = {
  firstRow: 10,
  dueNs: [0, 1, 2, 3],
  shard: { index: 0, count: 1 },
} as unknown as Schedule;

interface Fault {
  readonly stopAtNs?: number;
  readonly noBodyOf?: number;
  readonly noRowsAfter?: number;
}

/** The calls in their order, and how it ended. */
async function prepare({ stopAtNs, noBodyOf, noRowsAfter = Infinity }: Fault): Promise<string> {
  const said: string[] = [];
  const stopping = new AbortController();
  async function* rows() {
    let batches = 0;
    for await (const batch of Readable.from(ROWS) as AsyncIterable<TraceRow[]>) {
      if (batches++ === noRowsAfter) throw new Error('the trace changed');
      yield batch;
    }
  }
  const preparing = prepareRows({
    rows: rows(),
    schedule: SCHEDULE,
    targets: 3,
    senders: 2,
    ledger: new RowLedger({
      windowBytes: 100,
      nowNs: () => 0,
      onRecord: ({ row, outcome }) => said.push(`${row} ${outcome}`),
    }),
    build({ row, request, sender }) {
      said.push(`build ${row.index} at ${request.dueNs} for ${request.target} by ${sender}`);
      return row.index === noBodyOf
        ? Promise.reject(new Error('the builder died'))
        : Promise.resolve({ row: row.index, bytes: 1, digest: new Uint8Array(32) });
    },
    pace(dueNs) {
      if (dueNs === stopAtNs) stopping.abort();
      return Promise.resolve();
    },
    signal: stopping.signal,
  });
  await preparing.catch((error: Error) => said.push(error.message));
  return said.join(', ');
}

const cases: [behaviour: string, fault: Fault, expected: string][] = [
  [
    'builds every row, targets and senders in turn',
    {},
    'build 10 at 0 for 1 by 0, build 11 at 1 for 2 by 1, ' +
      'build 12 at 2 for 0 by 0, build 13 at 3 for 1 by 1',
  ],
  [
    'skips the rows after a stop',
    { stopAtNs: 2 },
    'build 10 at 0 for 1 by 0, build 11 at 1 for 2 by 1, 12 not_sent, 13 not_sent',
  ],
  [
    'gives every row an end when bodies can no longer be built',
    { noBodyOf: 11 },
    'build 10 at 0 for 1 by 0, build 11 at 1 for 2 by 1, 11 not_sent, ' +
      '12 not_sent, 13 not_sent, the builder died',
  ],
  [
    'ends at once when the trace cannot be followed',
    { noRowsAfter: 1 },
    'build 10 at 0 for 1 by 0, build 11 at 1 for 2 by 1, the trace changed',
  ],
];

test.each(cases)('prepareRows() %s', async (_behaviour, fault, expected) => {
  expect(await prepare(fault)).toBe(expected);
});
