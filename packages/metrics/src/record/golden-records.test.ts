import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import { METRIC_TAGS } from './catalog.ts';
import { judge } from './goodput.ts';
import { GOLDEN_OBJECTIVES, GOLDEN_RECORDS } from '../test/golden-records.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN, GOLDEN_SUMMARY } from '../test/golden-summary.ts';
import { summarySchema } from '../schemas/summary.ts';
import { summarize } from '../summary/summary.ts';

describe.each(GOLDEN_RECORDS)('golden record: $title', ({ record, valuesNs, gapsNs, verdict }) => {
  test('judge() agrees', () => {
    expect(judge(record, GOLDEN_OBJECTIVES)).toEqual(verdict);
  });

  test('Accumulator.add() measures just these values', () => {
    const accumulator = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
    accumulator.add(record);
    const { inter_chunk_latency: gaps, ...histograms } = accumulator.histograms;
    for (const tag of METRIC_TAGS.filter((each) => each !== 'inter_chunk_latency')) {
      const { count, sumNs } = histograms[tag];
      const valueNs = valuesNs[tag];
      expect([tag, count, sumNs]).toEqual([
        tag,
        valueNs === undefined ? 0 : 1,
        BigInt(valueNs ?? 0),
      ]);
    }
    expect(gaps.count).toBe(gapsNs.length);
    expect(gaps.sumNs).toBe(BigInt(gapsNs.reduce((sum, gapNs) => sum + gapNs, 0)));
    expect([gaps.minNs, gaps.maxNs]).toEqual(
      gapsNs.length === 0 ? [undefined, undefined] : [Math.min(...gapsNs), Math.max(...gapsNs)],
    );
  });
});

test('summarize() of all golden records is the summary computed by hand', () => {
  const accumulator = new Accumulator({ objectives: GOLDEN_OBJECTIVES });
  for (const { record } of GOLDEN_RECORDS) accumulator.add(record);
  const summary = summarize(accumulator, {
    status: 'stopped',
    run: GOLDEN_RUN,
    conditions: GOLDEN_CONDITIONS,
    totalRows: GOLDEN_RECORDS.length,
  });
  expect(summary).toStrictEqual(GOLDEN_SUMMARY);
  expect(summarySchema.parse(summary)).toStrictEqual(summary);
});
