import { decodeFromCompressedBase64, HistogramLogReader } from 'hdr-histogram-js';
import { expect, test } from 'vitest';

import { Histogram } from '../count/histogram.ts';
import { EXPORT_CASES, type ExportCase } from '../test/exporter-suite.ts';
import { hlogExporter, renderHlog } from './hlog.ts';

const INTERVAL = { startUnixMs: 1_767_323_045_678, endUnixMs: 1_767_323_046_768.1 };

function histogramOf(...valuesNs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const valueNs of valuesNs) histogram.record(valueNs);
  return histogram;
}

test('renderHlog() writes version 1.3, untagged: seconds, the maximum in milliseconds', () => {
  const lines = renderHlog(histogramOf(5_000_000, 1_500_000_000), INTERVAL).split('\n');
  expect(lines).toEqual([
    '#[Histogram log format version 1.3]',
    '#[StartTime: 1767323045.678 (seconds since epoch), 2026-01-02T03:04:05.678Z]',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    expect.stringMatching(/^1767323045\.678,1\.090,1500\.000,HISTFAAA[A-Za-z0-9+/]+=*$/),
    '',
  ]);
});

test('hlogExporter leaves out inter-token latency where the run cannot measure it', () => {
  const all = EXPORT_CASES['a run of every kind of row'] as ExportCase;
  const pathsOf = (input: ExportCase) => hlogExporter.render(input).map(({ path }) => path);
  const obstacle = { figures: ['inter_token_latency' as const], reasons: [] };
  const gaps = 'histograms/inter_token_latency.hlog';
  expect(pathsOf(all)).toContain(gaps);
  const rest = pathsOf({ ...all, summary: { ...all.summary, not_measurable: obstacle } });
  expect([...rest, gaps].sort()).toEqual(pathsOf(all).sort());
});

test('renderHlog() loses no count', () => {
  const histogram = histogramOf(0, 0, 1, 2047, 2048, 1e6, 1e6, 20e9, 7.2e12);
  const log = renderHlog(histogram, INTERVAL);
  const read = new HistogramLogReader(log).nextIntervalHistogram();
  const [, , , payload = ''] = log.split('\n')[3]?.split(',') ?? [];
  for (const decoded of [read, decodeFromCompressedBase64(payload)]) {
    expect(decoded?.totalCount).toBe(9);
    expect(decoded?.tag).toBe('NO TAG');
    for (let rank = 1; rank <= 9; rank++) {
      const percentile = (100 * (rank - 0.5)) / 9;
      expect(decoded?.getValueAtPercentile(percentile)).toBe(
        histogram.toHdr().getValueAtPercentile(percentile),
      );
    }
  }
  expect(read?.startTimeStampMsec).toBeCloseTo(INTERVAL.startUnixMs, 0);
});
