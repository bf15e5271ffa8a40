import { expect, test } from 'vitest';

import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import { Latencies } from '../record/latency.ts';
import { flipMarginNs } from './flip-margin.ts';

const MS = 1e6;

/** Due at 0, sent after 2 ms, then content at the given times after sent, in ms. */
function row(contentMs: readonly number[], fields: Partial<RequestRecord> = {}): RequestRecord {
  const contentNs = contentMs.map((each) => (2 + each) * MS);
  return {
    schema_version: 1,
    row: 0,
    outcome: 'ok',
    due_ns: 0,
    sent_ns: 2 * MS,
    content_ns: contentNs,
    end_ns: contentNs.at(-1)!,
    finish_reason: 'length',
    input_tokens_asked: 1,
    output_tokens_asked: contentMs.length,
    output_tokens: contentMs.length,
    output_tokens_by: 'usage',
    ...fields,
  };
}

const TTFT: Objective = { metric: 'time_to_first_token', limitMs: 100 };
const ITL: Objective = { metric: 'inter_token_latency', limitMs: 10 };
const DUE: Objective = { metric: 'time_to_first_token_from_schedule', limitMs: 100 };

const margins: [
  behaviour: string,
  record: RequestRecord,
  objectives: readonly Objective[],
  marginMs: number | undefined,
][] = [
  ['a row that keeps a TTFT limit: late stamps did not help it', row([99.9]), [TTFT], undefined],
  ['a row exactly at a TTFT limit', row([100]), [TTFT], undefined],
  ['a row above a TTFT limit by 0.25 ms', row([100.25]), [TTFT], 0.25],
  ['a row whose mean gap keeps its limit: 4 gaps share 2 ms', row([5, 9, 20, 30, 43]), [ITL], 2],
  ['a row whose mean gap is above it: 4 gaps share 6 ms', row([5, 9, 20, 30, 51]), [ITL], 6],
  ['two broken limits: both have to turn', row([103, 114]), [TTFT, ITL], 3],
  ['two broken limits: the other one is further off', row([101, 116]), [TTFT, ITL], 5],
  ['a broken TTFT limit beside a kept ITL limit', row([101, 102]), [TTFT, ITL], 1],
  ['a kept TTFT limit beside an ITL limit nearly broken', row([50, 59.5]), [TTFT, ITL], 0.5],
  ['a limit from the schedule: our lag of 2 ms comes off', row([101]), [DUE], 1],
  ['a limit from the schedule that only our lag broke', row([99]), [DUE], 0],
  ['one token has no gap', row([50]), [ITL], undefined],
  [
    'a row of the wrong length is never good',
    row([101], { length_mismatch: true }),
    [TTFT],
    undefined,
  ],
  ['a row that failed', { ...row([101]), outcome: 'failed' }, [TTFT], undefined],
  ['no objectives', row([101]), [], undefined],
];

test.each(margins)('flipMarginNs() of %s', (_behaviour, record, objectives, marginMs) => {
  const marginNs = marginMs === undefined ? undefined : marginMs * MS;
  expect(flipMarginNs(new Latencies(record), objectives)).toBe(marginNs);
});
