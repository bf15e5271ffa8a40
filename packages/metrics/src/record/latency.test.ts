import { expect, test } from 'vitest';

import { METRIC_TAGS, REQUEST_METRICS } from './catalog.ts';
import { GOLDEN_RECORDS } from '../test/golden-records.ts';
import { judge } from './goodput.ts';
import { isWithin, Latencies, latencyOf, readItl, roundedNs, socketWaitNs } from './latency.ts';
import type { RequestRecord } from './record.ts';

test.each(GOLDEN_RECORDS)(
  'latencyOf() has no value where the golden one has none: $title',
  (golden) => {
    const measured = REQUEST_METRICS.filter((metric) => latencyOf(golden.record, metric));
    expect(measured).toEqual(
      METRIC_TAGS.filter((tag) => tag in golden.valuesNs && isOfRequest(tag)),
    );
  },
);

test('latencyOf() keeps a mean gap as a fraction', () => {
  const golden = GOLDEN_RECORDS.find(({ title }) => title.startsWith('chunks read together'));
  const latency = golden && latencyOf(golden.record, 'inter_token_latency');
  expect(latency).toEqual({ totalNs: 10_000_000, parts: 3 });
  expect(latency && roundedNs(latency)).toBe(3_333_333);
});

const gap = (totalNs: number, parts: number) => ({ latency: { totalNs, parts } });
const assumed = { definition: 'first_token' };
const known = { definition: 'first_chunk' };

/** Events at these microseconds, so many tokens in all, and on each if the server counted there. */
const itls: [
  what: string,
  us: number[],
  tokens: number | undefined,
  counts: number[],
  itl: unknown,
][] = [
  ['an event a token', [0, 100, 300], 3, [], gap(300_000, 2)],
  ['one token', [0], 1, [], undefined],
  ['fewer events than tokens', [0, 100], 9, [], { ...gap(100_000, 8), ...assumed }],
  ['more events than tokens', [0, 100, 300], 2, [], { ...gap(300_000, 1), ...assumed }],
  ['half of the tokens in the first event', [0, 100], 16, [8, 8], { ...gap(100_000, 8), ...known }],
  ['one token in the first event', [0, 100], 9, [1, 8], gap(100_000, 8)],
  ['tokens behind the last event', [0, 100], 10, [1, 8], gap(100_000, 9)],
  ['two events at once, then others', [0, 0, 100], 6, [1, 2, 3], { ...gap(100_000, 3), ...known }],
  ['an event 49 µs after the first', [0, 49, 100], 3, [1, 1, 1], { ...gap(100_000, 1), ...known }],
  ['an event 50 µs after the first', [0, 50, 100], 3, [1, 1, 1], gap(100_000, 2)],
  ['all in one event', [0], 9, [], { obstacle: 'one_event' }],
  ['all in one event that is counted', [0], 9, [9], { obstacle: 'one_event' }],
  ['all within 50 µs', [0, 20, 49], 3, [], { obstacle: 'read_together' }],
  ['all within 50 µs, counted', [0, 20, 49], 3, [1, 1, 1], { obstacle: 'read_together' }],
  ['half of the events together', [0, 1, 100, 101], 4, [], gap(101_000, 3)],
  ['more than half together', [0, 1, 2, 100, 101], 5, [], { obstacle: 'read_together' }],
  [
    'more than half together, counted',
    [0, 1, 2, 100, 101],
    5,
    [1, 1, 1, 1, 1],
    { ...gap(101_000, 2), ...known },
  ],
  ['tokens that nobody counted', [0, 100], undefined, [], { obstacle: 'length_unknown' }],
];

test.each(itls)('readItl() of %s', (_what, us, tokens, counts, itl) => {
  const record: RequestRecord = {
    ...{ schema_version: 1, row: 0, outcome: 'ok', due_ns: 0, sent_ns: 0 },
    ...{ input_tokens_asked: 1, output_tokens_asked: 1 },
    content_ns: us.map((each) => each * 1000),
    ...(tokens !== undefined && { output_tokens: tokens, output_tokens_by: 'usage' }),
    ...(counts.length > 0 && { content_tokens: counts }),
  };
  expect(readItl(record)).toEqual(itl);
});

test('readItl() has no value where the tokens of the first event are not known', () => {
  const record: RequestRecord = {
    ...{ schema_version: 1, row: 0, outcome: 'ok', due_ns: 0, sent_ns: 0 },
    ...{
      input_tokens_asked: 1,
      output_tokens_asked: 8,
      output_tokens: 8,
      output_tokens_by: 'usage',
    },
    ...{ content_ns: [0, 100_000], first_tokens_unknown: true },
  };
  expect(readItl(record)).toEqual({ obstacle: 'first_event_unknown' });
});

test('Latencies reads the gaps of a record once', () => {
  let reads = 0;
  const record = {
    ...{ schema_version: 1, row: 0, outcome: 'ok', due_ns: 0, sent_ns: 0 },
    ...{
      input_tokens_asked: 1,
      output_tokens_asked: 2,
      output_tokens: 2,
      output_tokens_by: 'usage',
    },
    content_ns: [0, 100_000],
    get content_tokens() {
      reads++;
      return undefined;
    },
  } satisfies RequestRecord;
  const latencies = new Latencies(record);
  const itl = REQUEST_METRICS.map((metric) => [latencies.of(metric), latencies.itl]);
  judge(record, [{ metric: 'inter_token_latency', limitMs: 1 }], latencies);
  expect([itl.length, reads]).toEqual([5, 1]);
});

test('socketWaitNs() has no value for a request that did not wait', () => {
  const [golden] = GOLDEN_RECORDS;
  const waits = [undefined, 0, 75].map((ns) => golden && { ...golden.record, socket_wait_ns: ns });
  expect(waits.map((record) => record && socketWaitNs(record))).toEqual([undefined, undefined, 75]);
});

test.each([
  [10, 3, 3, false],
  [9, 3, 3, true],
  [0, 1, 0, true],
  [20_000_000_001, 1, 20_000_000_000, false],
  // Beyond 2^53 a product is inexact, and far above any total.
  [7.2e12, 1e6, 7.2e12, true],
])('isWithin() of %s ns in %s parts and a limit of %s ns is %s', (totalNs, parts, limitNs, is) => {
  expect(isWithin({ totalNs, parts }, limitNs)).toBe(is);
});

function isOfRequest(tag: string): boolean {
  return (REQUEST_METRICS as readonly string[]).includes(tag);
}
