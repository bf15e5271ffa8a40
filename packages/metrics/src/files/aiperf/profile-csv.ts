import { type AiperfDistribution, PERCENTS } from './distribution.ts';
import { type AiperfProfile, byTag } from './profile.ts';
import type { AiperfMetric } from './request-metrics.ts';

const FIGURES = ['avg', 'min', 'max', 'sum'] as const;
const HEADER = ['Metric', ...FIGURES, ...PERCENTS.map((percent) => `p${percent}`), 'std'];

/**
 * `profile_export_aiperf.csv`: metrics with percentiles, an empty line, single figures. Lines end
 * in CRLF, numbers have two decimals. The block about GPUs is left out, as aiperf does when it
 * watches none.
 */
export function renderProfileCsv({ distributions, runMetrics }: AiperfProfile): string {
  const upper = [...distributions]
    .sort(byTag)
    .map((metric) => [nameOf(metric), ...cellsOf(metric.figures)]);
  const lower = [...runMetrics].sort(byTag).map((metric) => [nameOf(metric), format(metric.value)]);
  const blocks = [upper.length > 0 ? [HEADER, ...upper] : [], [['Metric', 'Value'], ...lower]];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((cells) => `${cells.join(',')}\r\n`).join(''))
    .join('\r\n');
}

function cellsOf(figures: AiperfDistribution): readonly string[] {
  const values = [...FIGURES.map((key) => figures[key]), ...figures.percentiles, figures.std];
  return values.map(format);
}

/** Labels are this package's own and hold no comma or quote. */
function nameOf({ label, unit }: AiperfMetric): string {
  return unit === 'count' || unit === 'requests' ? label : `${label} (${unit})`;
}

function format(value: number): string {
  return value.toFixed(2);
}
