import { HistogramLogWriter } from 'hdr-histogram-js';

import { CATALOG, type MetricTag } from '../record/catalog.ts';
import type { Histogram } from '../count/histogram.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../values/units.ts';
import type { Exporter } from './exporter.ts';

/** histograms/<tag>.hlog, for the HdrHistogram tools: every count, one untagged log a metric. */
export const hlogExporter: Exporter = {
  format: 'hlog',
  render({ summary, histograms }) {
    const { run, duration_seconds: durationSeconds = 0, not_measurable: obstacle } = summary;
    const startUnixMs = Date.parse(run.started_at);
    const endUnixMs = startUnixMs + (durationSeconds * NS_PER_SECOND) / NS_PER_MS;
    const isShown = (tag: MetricTag) =>
      histograms[tag].count > 0 && !obstacle?.figures.some((figure) => figure === tag);
    return CATALOG.filter(({ tag }) => isShown(tag)).map(({ tag }) => ({
      path: `histograms/${tag}.hlog`,
      text: renderHlog(histograms[tag], { startUnixMs, endUnixMs }),
    }));
  },
};

/**
 * An HdrHistogram log, version 1.3, with one interval of nanoseconds and its maximum in ms, as the
 * Java tools print it. There is no tag: a log of tagged lines makes HistogramLogProcessor fail.
 */
export function renderHlog(
  histogram: Histogram,
  { startUnixMs, endUnixMs }: { readonly startUnixMs: number; readonly endUnixMs: number },
): string {
  let text = '';
  const writer = new HistogramLogWriter((part) => {
    text += part;
  });
  writer.outputLogFormatVersion();
  // Not outputStartTime(): it writes the time zone of this machine and a blank line.
  const startSeconds = startUnixMs / 1000;
  const startIso = new Date(startUnixMs).toISOString();
  const start = `${startSeconds.toFixed(3)} (seconds since epoch), ${startIso}`;
  writer.outputComment(`[StartTime: ${start}]`);
  writer.outputLegend();
  writer.outputIntervalHistogram(histogram.toHdr(), startSeconds, endUnixMs / 1000, NS_PER_MS);
  return text;
}
