import { expect, test } from 'vitest';

import { METRIC_TAGS, REQUEST_METRICS } from './catalog.ts';
import { GOLDEN_RECORDS } from '../test/golden-records.ts';
import { isWithin, latencyOf, roundedNs, socketWaitNs } from './latency.ts';

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
