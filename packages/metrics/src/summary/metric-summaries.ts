import { ALL_ROWS_METRICS, CATALOG, type MetricTag } from '../record/catalog.ts';
import { type Histogram, isEnoughFor, type PerMille, rankOf } from '../count/histogram.ts';
import type {
  AllRowsDistribution,
  Distribution,
  MetricSummaries,
  Summary,
} from '../schemas/summary.ts';
import { nsToMs } from '../values/units.ts';
import { withoutUnknown } from '../values/without-unknown.ts';

export const PERCENTILES = [
  { key: 'p50', perMille: 500 },
  { key: 'p90', perMille: 900 },
  { key: 'p95', perMille: 950 },
  { key: 'p99', perMille: 990 },
  { key: 'p99_9', perMille: 999 },
] as const satisfies readonly { readonly key: string; readonly perMille: PerMille }[];

export type PercentileKey = (typeof PERCENTILES)[number]['key'];

/** Histograms → `metrics` in ms; over all rows, those that did not end well are +∞. */
export function summarizeMetrics(
  histograms: Readonly<Record<MetricTag, Histogram>>,
  rows: Summary['rows'],
): MetricSummaries {
  const infinite = rows.failed + rows.aborted_inflight + rows.not_sent;
  const summaries: MetricSummaries = {};
  for (const { tag } of CATALOG) summaries[tag] = distributionOf(histograms[tag]);
  for (const tag of ALL_ROWS_METRICS) {
    summaries[`${tag}_all_rows`] = allRowsOf(histograms[tag], infinite);
  }
  return withoutUnknown(summaries);
}

function distributionOf(histogram: Histogram): Distribution | undefined {
  const { count, meanMs, minNs, maxNs, clamped } = histogram;
  if (meanMs === undefined || minNs === undefined || maxNs === undefined) return undefined;
  return {
    unit: 'ms' as const,
    count,
    mean: meanMs,
    min: nsToMs(minNs),
    max: nsToMs(maxNs),
    ...percentilesOf(histogram, count),
    clamped: clamped || undefined,
  };
}

function allRowsOf(histogram: Histogram, infinite: number): AllRowsDistribution | undefined {
  const count = histogram.count + infinite;
  if (count === 0) return undefined;
  const { mean, min, max, clamped } = distributionOf(histogram) ?? {};
  return {
    unit: 'ms' as const,
    count,
    infinite,
    mean: infinite === 0 ? mean : undefined,
    min,
    max: infinite === 0 ? max : undefined,
    ...percentilesOf(histogram, count),
    clamped,
  };
}

/** @param count values, of which those beyond the histogram's own are infinite */
function percentilesOf(
  histogram: Histogram,
  count: number,
): Partial<Record<PercentileKey, number>> {
  const known: Partial<Record<PercentileKey, number>> = {};
  for (const { key, perMille } of PERCENTILES) {
    const rank = rankOf(perMille, count);
    if (!isEnoughFor(perMille, count) || rank > histogram.count) continue;
    known[key] = nsToMs(histogram.valueAtRank(rank));
  }
  return known;
}
