import {
  ALL_ROWS_METRICS,
  CATALOG,
  FROM_SCHEDULE,
  isFromSchedule,
  METRIC_TAGS,
  type MetricTag,
} from '../../record/catalog.ts';
import { isEnoughFor } from '../../count/histogram.ts';
import { PERCENTILES } from '../../summary/metric-summaries.ts';
import { JUDGED_FIGURES, LATENCY_CLAIMS, type LatencyClaim } from '../../schemas/fidelity.ts';
import type { AllRowsDistribution, Distribution, Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import type { Page } from '../layout.ts';

const LABEL_WIDTH = 20;
const UNIT_WIDTH = 3;
const CELL_WIDTH = 8;
const LEAST_COUNT_WIDTH = 8;

/** Columns of figures, and in what order they give way to a narrow terminal (1 goes first). */
const COLUMNS = [
  { key: 'mean', title: 'mean', givesWay: 4 },
  { key: 'min', title: 'min', givesWay: 1 },
  { key: 'p50', title: 'p50', givesWay: undefined },
  { key: 'p90', title: 'p90', givesWay: 3 },
  { key: 'p95', title: 'p95', givesWay: 2 },
  { key: 'p99', title: 'p99', givesWay: undefined },
  { key: 'p99_9', title: 'p99.9', givesWay: 5 },
  { key: 'max', title: 'max', givesWay: undefined },
] as const;

type Column = (typeof COLUMNS)[number];

/** Columns of the short table; the error stands beside them. */
const SHORT = COLUMNS.filter(({ key }) => key !== 'min' && key !== 'p99_9');
const SHORT_ROWS: ReadonlySet<MetricTag> = new Set(
  METRIC_TAGS.filter((tag) => tag !== 'schedule_lag' && tag !== 'connect_time'),
);

/** Shown as `–`: too few values; as `∞`: among the rows that did not end well. */
const TOO_FEW = '–';
const INFINITE = '∞';

/** A figure that its measurement error makes unreliable. */
const UNRELIABLE = '!';

interface TableRow {
  readonly label: string;
  readonly metric: Distribution | AllRowsDistribution;
  readonly claim?: LatencyClaim | undefined;
}

/**
 * The metrics as an aligned table, footnotes last. The measurement error is a column; with
 * `verbose` it is a line under each metric, figure by figure.
 */
export function renderMetricTable(
  summary: Pick<Summary, 'metrics' | 'fidelity'>,
  page: Page,
): string[] {
  const rows = CATALOG.filter(({ tag }) => page.verbose || SHORT_ROWS.has(tag)).flatMap(
    ({ tag, label }) => rowsOf(summary, tag, label),
  );
  if (rows.length === 0) {
    const isSent = summary.metrics.schedule_lag !== undefined;
    return [`No ${isSent ? 'row was ok' : 'request was sent'}, so there are no latencies.`];
  }
  const layout = layoutFor(rows, page);
  const heading = [
    ''.padEnd(LABEL_WIDTH + UNIT_WIDTH),
    ...layout.columns.map(({ title }) => title.padStart(CELL_WIDTH)),
    layout.hasError ? 'error '.padStart(CELL_WIDTH + 1) : '',
    'count'.padStart(layout.countWidth),
  ].join('');
  const lines = rows.flatMap((row) => [
    renderRow(row, layout),
    ...(page.verbose ? page.paintAll('dim', renderErrors(row, layout.columns)) : []),
  ]);
  return [page.paint('dim', heading), ...lines, ...footnotes(lines, rows, page)];
}

/** The metric, and below it the same over all rows and from the schedule. */
function rowsOf(
  { metrics, fidelity }: Pick<Summary, 'metrics' | 'fidelity'>,
  tag: MetricTag,
  label: string,
): TableRow[] {
  if (isFromSchedule(tag)) return [];
  const rowOf = (name: string, each: MetricTag): TableRow[] => {
    const metric = metrics[each];
    const claimed = LATENCY_CLAIMS.find((claim) => claim === each);
    return metric ? [{ label: name, metric, claim: claimed && fidelity?.claims[claimed] }] : [];
  };
  const own = rowOf(label, tag);
  const ofAllRows = ALL_ROWS_METRICS.find((metric) => metric === tag);
  if (ofAllRows === undefined) return own;
  const allRows = metrics[`${ofAllRows}_all_rows`];
  const fromSchedule = FROM_SCHEDULE[ofAllRows];
  return [
    ...own,
    ...(allRows && allRows.infinite > 0
      ? [{ label: own.length === 0 ? label : '  over all rows', metric: allRows }]
      : []),
    ...(fromSchedule === ofAllRows ? [] : rowOf('  from schedule', fromSchedule)),
  ];
}

interface Layout {
  readonly columns: readonly Column[];
  readonly hasError: boolean;
  readonly countWidth: number;
}

function layoutFor(rows: readonly TableRow[], { width, verbose }: Page): Layout {
  const counts = rows.map(({ metric }) => formatDecimal(metric.count).length + 1);
  const countWidth = Math.max(LEAST_COUNT_WIDTH, ...counts);
  const hasError = !verbose && rows.some(({ claim }) => claim !== undefined);
  const errorWidth = hasError ? CELL_WIDTH + 1 : 0;
  const fixed = LABEL_WIDTH + UNIT_WIDTH + errorWidth + countWidth;
  const room = Math.floor((width - fixed) / CELL_WIDTH);
  const all = verbose ? COLUMNS : SHORT.filter(({ key }) => rows.some((row) => hasCell(row, key)));
  const givingWay = all.filter(({ givesWay }) => givesWay !== undefined).map(wayOf);
  const surplus = givingWay.sort((a, b) => a - b).slice(0, Math.max(0, all.length - room));
  const columns = all.filter((column) => !surplus.includes(wayOf(column)));
  // On the narrowest terminal even the maximum has no room.
  return { columns: columns.slice(0, Math.max(room, 2)), hasError, countWidth };
}

function hasCell({ metric }: TableRow, key: Column['key']): boolean {
  return cellOf(metric, key, 1) !== TOO_FEW;
}

function wayOf({ givesWay }: Column): number {
  return givesWay ?? Infinity;
}

function renderRow({ label, metric, claim }: TableRow, layout: Layout): string {
  const unit = unitFor(metric);
  const cells = layout.columns.map(({ key }) => {
    return cellOf(metric, key, unit.perMs).padStart(CELL_WIDTH);
  });
  const error = layout.hasError ? errorCell(claim, unit.perMs).padStart(CELL_WIDTH + 1) : '';
  const count = formatDecimal(metric.count).padStart(layout.countWidth);
  return `${label.padEnd(LABEL_WIDTH)}${unit.name.padEnd(UNIT_WIDTH)}${cells.join('')}${error}${count}`;
}

/** The largest error of a line, with a mark where it makes the line unreliable. */
function errorCell(claim: LatencyClaim | undefined, perMs: number): string {
  if (claim === undefined) return '';
  const errors = JUDGED_FIGURES.map((figure) => claim[figure]?.error_ms);
  const known = errors.filter((error) => error !== undefined);
  const mark = claim.verdict === 'valid' ? ' ' : UNRELIABLE;
  return `${known.length === 0 ? '' : `±${formatMeasure(Math.max(...known) * perMs)}`}${mark}`;
}

function renderErrors({ metric, claim }: TableRow, columns: readonly Column[]): string[] {
  const { name, perMs } = unitFor(metric);
  const cells = columns.map(({ key }) => {
    const errorMs = claim?.[key as keyof LatencyClaim & 'p50']?.error_ms;
    return errorMs === undefined ? '' : `±${formatMeasure(errorMs * perMs)}`;
  });
  if (cells.every((cell) => cell === '')) return [];
  const line = cells.map((cell) => cell.padStart(CELL_WIDTH)).join('');
  return [`${'  error'.padEnd(LABEL_WIDTH)}${name.padEnd(UNIT_WIDTH)}${line}`.trimEnd()];
}

/** Seconds where the usual value is ten of them, or the largest would not fit its column. */
function unitFor({ min = 0, p50, mean, max = 0 }: TableRow['metric']) {
  const usual = p50 ?? mean ?? min;
  return usual >= 10_000 || max >= 999_999.5
    ? { name: 's', perMs: 0.001 }
    : { name: 'ms', perMs: 1 };
}

function cellOf(metric: TableRow['metric'], key: Column['key'], perMs: number): string {
  const value = metric[key];
  if (value !== undefined) return formatMeasure(value * perMs);
  const percentile = PERCENTILES.find((one) => one.key === key);
  const isEnough = percentile === undefined || isEnoughFor(percentile.perMille, metric.count);
  return isEnough && 'infinite' in metric ? INFINITE : TOO_FEW;
}

function footnotes(lines: readonly string[], rows: readonly TableRow[], page: Page): string[] {
  const notes: string[] = [];
  if (lines.some((line) => line.includes(TOO_FEW))) {
    notes.push(`${TOO_FEW} fewer than ten values lie above that percentile.`);
  }
  if (lines.some((line) => line.includes(INFINITE))) {
    notes.push(`${INFINITE} rows that failed, were aborted or not sent count as infinite.`);
  }
  if (!page.verbose && rows.some(({ claim }) => claim !== undefined)) {
    const isMarked = rows.some(({ claim }) => claim !== undefined && claim.verdict !== 'valid');
    notes.push(
      `error: the largest measurement error of a line${isMarked ? `; ${UNRELIABLE} too large to rely on it` : ''}.`,
    );
  }
  for (const { label, metric } of rows) {
    if (metric.clamped === undefined) continue;
    notes.push(
      `${label.trim()}: ${formatDecimal(metric.clamped)} outside 0 to 2 h; percentiles hold them there.`,
    );
  }
  return page.paintAll(
    'dim',
    notes.flatMap((note) => page.prose(note, page.width)),
  );
}
