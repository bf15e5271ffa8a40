// What servers of other makes put on the wire, on real sockets and a clock that stands still: each
// row is right, or leaves out what is unknown and says so.
import { latencyOf } from '../packages/metrics/src/index.ts';
import { expect, test } from 'vitest';

import type { RequestRecord } from './golden-run/adapter.ts';
import { performCase } from './golden-run/perform-case.ts';
import { WIRE_CASES } from './golden-run/wire-cases.ts';

test.each(WIRE_CASES.map((each) => [each.title, each] as const))(
  '%s',
  async (_title, each) => {
    const records = await performCase(each, 0);
    expect(records.map(tell)).toEqual([each.truth]);
  },
  60_000,
);

function tell(record: RequestRecord): string {
  const { outcome, failure, output_tokens: tokens, output_tokens_by: by } = record;
  if (failure !== undefined) {
    const message = failure.message === undefined ? undefined : `"${failure.message}"`;
    const words = [failure.class, failure.phase, failure.code, message];
    return [outcome, ...words.filter(Boolean)].join(' ');
  }
  const notes = [...(record.notes ?? []), ...(record.stream_notes ?? [])].join(' ');
  return [
    tokens === undefined ? outcome : `${outcome} ${tokens} by ${by}`,
    named('TTFT', record, 'time_to_first_token'),
    named('ITL', record, 'inter_token_latency'),
    record.length_mismatch && 'mismatch',
    notes,
  ]
    .filter(Boolean)
    .join(', ');
}

function named(name: string, record: RequestRecord, metric: Parameters<typeof latencyOf>[1]) {
  const latency = latencyOf(record, metric);
  if (latency === undefined) return undefined;
  return `${name} ${Math.round(latency.totalNs / latency.parts / 1000) / 1000}`;
}
