import { type AiperfDistribution, PERCENTS } from './distribution.ts';
import { type AiperfProfile, byTag } from './profile.ts';
import type { AiperfMetric } from './request-metrics.ts';

const FIGURES = ['avg', 'min', 'max', 'sum'] as const;
const HEADER = ['Metric', ...FIGURES, ...PERCENTS.map((percent) => `p${percent}`), 'std'];

/**
 * `profile_export_aiperf.csv`: metrics with percentiles, an empty line, single figures. Lines end
 * in CRLF, numbers have two decimals. The section about GPUs is left out, as aiperf does when it
 * watches none.
 */
export function renderProfileCsv({ distributions, runMetrics }: AiperfProfile): string {
  const upper = [...distributions]
    .sort(byTag)
    .map((metric) => [labelOf(metric), ...cellsOf(metric.figures)]);
  const lower = [...runMetrics]
    .sort(byTag)
    .map((metric) => [labelOf(metric), format(metric.value)]);
  const sections = [upper.length > 0 ? [HEADER, ...upper] : [], [['Metric', 'Value'], ...lower]];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((cells) => `${cells.join(',')}\r\n`).join(''))
    .join('\r\n');
}

function cellsOf(figures: AiperfDistribution): readonly string[] {
  const values = [...FIGURES.map((key) => figures[key]), ...figures.percentiles, figures.std];
  return values.map(format);
}

/** Labels are this package's own and hold no comma or quote. */
function labelOf({ label, unit }: AiperfMetric): string {
  return unit === 'count' || unit === 'requests' ? label : `${label} (${unit})`;
}

function format(value: number): string {
  return value.toFixed(2);
}
