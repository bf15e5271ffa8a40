import type { ComparedValue, Contest, MetricComparison } from '../../schemas/comparison.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';

/** How the reports name the sides: A is the baseline. */
export function letterOf(side: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + side);
}

type Column =
  'label' | 'unit' | 'first' | 'second' | 'difference' | 'ratio' | 'interval' | 'finding';

export type ComparisonCells = Readonly<Record<Column, string>>;

const STATISTIC_WORDS: Readonly<Record<MetricComparison['statistic'], string>> = {
  share: '',
  rate: '',
  mean: 'mean',
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  by_row: 'row by row',
};

/** Over the intervals of a table: what they are about; empty where there is none. */
export function scopeOf({ metrics }: Contest): string {
  const scope = metrics.find(({ interval }) => interval)?.interval?.scope;
  return scope === undefined ? '' : SCOPE_WORDS[scope];
}

const SCOPE_WORDS = { within_one_run: 'within one run', between_runs: 'between runs' } as const;

/** What one metric is called in a sentence, such as `time to first token p50`. */
export function metricName({ label, statistic }: MetricComparison): string {
  return `${label} ${STATISTIC_WORDS[statistic]}`.trim().toLowerCase();
}

export function cellsOf(metric: MetricComparison): ComparisonCells {
  const { label, statistic, first, second, difference, ratio, interval } = metric;
  const { name, scale } = unitOf(metric);
  const show = (value: ComparedValue | undefined) => formatValue(value, scale);
  const showEnd = (end: ComparedValue) =>
    interval?.of === 'difference' ? withSign(end, show) : formatRatio(end);
  return {
    label: `${label} ${STATISTIC_WORDS[statistic]}`.trim(),
    unit: name,
    first: show(first),
    second: show(second),
    difference: withSign(difference, show),
    ratio: formatRatio(ratio),
    interval: interval === undefined ? '' : `${showEnd(interval.low)} to ${showEnd(interval.high)}`,
    finding: findingOf(metric),
  };
}

/** A time in ms; a share, which the files hold as 0 to 1, in percent; seconds for long times. */
function unitOf({ unit, first, second }: MetricComparison): { name: string; scale: number } {
  if (unit === '%') return { name: '%', scale: 100 };
  const known = [first, second].filter((value) => typeof value === 'number');
  const isLong = unit === 'ms' && Math.max(0, ...known) >= 10_000;
  return isLong ? { name: 's', scale: 0.001 } : { name: unit, scale: 1 };
}

function formatValue(value: ComparedValue | undefined, scale: number): string {
  if (value === undefined) return '';
  return value === 'infinite' ? '∞' : formatMeasure(value * scale);
}

function withSign(
  value: ComparedValue | undefined,
  show: (value: ComparedValue | undefined) => string,
): string {
  const isPositive = value === 'infinite' || (value ?? 0) > 0;
  return isPositive ? `+${show(value)}` : show(value);
}

/** Three decimals around 1, where small differences matter. */
export function formatRatio(value: ComparedValue | undefined): string {
  if (value === undefined) return '';
  if (value === 'infinite') return '∞';
  if (value === 0) return '0';
  if (value < 0.0005) return '< 0.001';
  return value < 10 ? formatDecimal(value, 3) : formatMeasure(value);
}

function findingOf({ verdict, ahead }: MetricComparison): string {
  if (verdict === undefined) return '';
  if (verdict === 'not_told_apart') return 'not significant';
  return ahead === undefined ? 'differs' : `${letterOf(ahead)} better`;
}
