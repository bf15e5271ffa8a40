import type { RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { RowLedger } from './row-ledger.ts';

const LOST_AT_NS = 77;
const WINDOW_BYTES = 100;

const requestOf = (row: number) => ({ row, dueNs: 0, inputTokens: 1, outputTokens: 1, target: 0 });
const okOf = (row: number): RequestRecord => ({
  schema_version: 1,
  row,
  outcome: 'ok',
  due_ns: 0,
  input_tokens_asked: 1,
  output_tokens_asked: 1,
});

type Event =
  | readonly ['ask', row: number, sender: number]
  | readonly ['built', row: number, bytes: number]
  | readonly ['dispatched' | 'dropped' | 'ended' | 'skipped' | 'not built', row: number]
  | readonly ['died', sender: number];

function apply(ledger: RowLedger, [kind, number, detail]: Event): void {
  const row = number;
  if (kind === 'ask') ledger.ask(requestOf(row), detail);
  else if (kind === 'built') {
    ledger.build({ row, bytes: detail, digest: Buffer.alloc(32, row + 1) });
  } else if (kind === 'dispatched') ledger.dispatch(row);
  else if (kind === 'dropped') ledger.drop(row);
  else if (kind === 'ended') ledger.end(okOf(row));
  else if (kind === 'skipped') ledger.skip(requestOf(row));
  else if (kind === 'not built') ledger.failToBuild(row);
  else ledger.die(number);
}

/** Expected: the records in order, whether rows are under way, the window, the bodies sent. */
const tables: [behaviour: string, events: readonly Event[], expected: string][] = [
  ['knows a row that was asked for', [['ask', 0, 0]], '- | under way | room | 0 sent'],
  [
    'follows a row to its end',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['dispatched', 0],
      ['ended', 0],
    ],
    '0 ok | settled | room | 1 sent',
  ],
  [
    'is full while bodies wait',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['ask', 1, 0],
      ['built', 1, 60],
    ],
    '- | under way | full | 0 sent',
  ],
  [
    'has room again when one is dispatched',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['ask', 1, 0],
      ['built', 1, 60],
      ['dispatched', 0],
    ],
    '- | under way | room | 1 sent',
  ],
  [
    'takes a sender that is faster than the message of the builder',
    [
      ['ask', 0, 0],
      ['dispatched', 0],
      ['built', 0, 200],
      ['ended', 0],
    ],
    '0 ok | settled | room | 1 sent',
  ],
  [
    'takes a row that ends before it is built',
    [
      ['ask', 0, 0],
      ['dispatched', 0],
      ['ended', 0],
      ['built', 0, 200],
    ],
    '0 ok | settled | room | 1 sent',
  ],
  [
    'gives back the body of a row that is dropped',
    [
      ['ask', 0, 0],
      ['built', 0, 200],
      ['dropped', 0],
    ],
    '0 not_sent | settled | room | 0 sent',
  ],
  [
    'gives back the body of a row that is dropped and then built',
    [
      ['ask', 0, 0],
      ['dropped', 0],
      ['built', 0, 200],
    ],
    '0 not_sent | settled | room | 0 sent',
  ],
  [
    'ends the rows of a sender that dies before they are dispatched, and no others',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['ask', 1, 1],
      ['built', 1, 60],
      ['died', 0],
    ],
    '0 not_sent | under way | room | 0 sent',
  ],
  [
    'counts what a sender had dispatched when it died as lost',
    [
      ['ask', 0, 0],
      ['built', 0, 200],
      ['dispatched', 0],
      ['died', 0],
    ],
    '0 aborted_inflight at 77 | settled | room | 1 sent',
  ],
  [
    'counts the body of a row that was lost before it was built',
    [
      ['ask', 0, 0],
      ['dispatched', 0],
      ['died', 0],
      ['built', 0, 200],
    ],
    '0 aborted_inflight at 77 | settled | room | 1 sent',
  ],
  [
    'ends a row that is built for a dead sender',
    [
      ['died', 0],
      ['ask', 0, 0],
      ['built', 0, 200],
    ],
    '0 not_sent | settled | room | 0 sent',
  ],
  [
    'ends a row whose builder dies',
    [
      ['ask', 0, 0],
      ['not built', 0],
    ],
    '0 not_sent | settled | room | 0 sent',
  ],
  [
    'waits for a row that was dispatched when the builder died',
    [
      ['ask', 0, 0],
      ['dispatched', 0],
      ['not built', 0],
    ],
    '- | under way | room | 0 sent',
  ],
  [
    'ends a row that was dispatched when the builder died',
    [
      ['ask', 0, 0],
      ['dispatched', 0],
      ['not built', 0],
      ['ended', 0],
    ],
    '0 ok | settled | room | 0 sent',
  ],
  [
    'ends a row that is stopped before it is asked for',
    [['skipped', 0]],
    '0 not_sent | settled | room | 0 sent',
  ],
  [
    'ends a row that is stopped after it is asked for',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['skipped', 1],
      ['dropped', 0],
    ],
    '1 not_sent, 0 not_sent | settled | room | 0 sent',
  ],
  [
    'takes one record for each row',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['dispatched', 0],
      ['ended', 0],
      ['ended', 0],
      ['died', 0],
    ],
    '0 ok | settled | room | 1 sent',
  ],
  [
    'ignores a drop that comes after the dispatch',
    [
      ['ask', 0, 0],
      ['built', 0, 60],
      ['dispatched', 0],
      ['dropped', 0],
      ['ended', 0],
    ],
    '0 ok | settled | room | 1 sent',
  ],
  [
    'takes no second record before the row is built',
    [
      ['ask', 0, 0],
      ['dispatched', 0],
      ['ended', 0],
      ['ended', 0],
      ['died', 0],
    ],
    '0 ok | settled | room | 0 sent',
  ],
  [
    'ignores rows that it does not know',
    [
      ['dispatched', 5],
      ['dropped', 5],
      ['built', 5, 200],
    ],
    '- | settled | room | 0 sent',
  ],
];

test.each(tables)('RowLedger %s', async (_behaviour, events, expected) => {
  const ends: string[] = [];
  const ledger = new RowLedger({
    windowBytes: WINDOW_BYTES,
    nowNs: () => LOST_AT_NS,
    onRecord: ({ row, outcome, end_ns: endNs }) =>
      ends.push(`${row} ${outcome}${endNs === undefined ? '' : ` at ${endNs}`}`),
  });
  for (const event of events) apply(ledger, event);
  let isSettled = false;
  void ledger.settled().then(() => (isSettled = true));
  await Promise.resolve();
  const state = [
    ends.join(', ') || '-',
    isSettled ? 'settled' : 'under way',
    ledger.isFull ? 'full' : 'room',
    `${ledger.bodies.result().count} sent`,
  ];
  expect(state.join(' | ')).toBe(expected);
});

test('RowLedger.settled() resolves when the last row ends', async () => {
  const ledger = new RowLedger({ windowBytes: 1, nowNs: () => 0, onRecord: () => undefined });
  apply(ledger, ['ask', 0, 0]);
  apply(ledger, ['ask', 1, 0]);
  let isSettled = false;
  const settled = ledger.settled().then(() => (isSettled = true));
  apply(ledger, ['dropped', 0]);
  await Promise.resolve();
  expect(isSettled).toBe(false);
  apply(ledger, ['ended', 1]);
  await settled;
});

const givers: [behaviour: string, event: Event | undefined][] = [
  ['when a body is dispatched', ['dispatched', 0]],
  ['when a body is dropped', ['dropped', 0]],
  ['when it is released', undefined],
];

test.each(givers)('RowLedger.room() resolves %s', async (_behaviour, event) => {
  const ledger = new RowLedger({ windowBytes: 1, nowNs: () => 0, onRecord: () => undefined });
  await ledger.room();
  apply(ledger, ['ask', 0, 0]);
  apply(ledger, ['built', 0, 60]);
  let hasRoom = false;
  const waiting = ledger.room().then(() => (hasRoom = true));
  await Promise.resolve();
  expect(hasRoom).toBe(false);
  if (event) apply(ledger, event);
  else ledger.release();
  await waiting;
});
