import {
  ALL_ROWS_METRICS,
  CATALOG,
  FROM_SCHEDULE,
  isFromSchedule,
  type MetricTag,
} from '../../record/catalog.ts';
import { isEnoughFor } from '../../count/histogram.ts';
import { PERCENTILES } from '../../summary/metric-summaries.ts';
import { LATENCY_CLAIMS, type LatencyClaim } from '../../schemas/fidelity.ts';
import type { AllRowsDistribution, Distribution, Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import type { Page } from '../layout.ts';

const LABEL_WIDTH = 20;
const UNIT_WIDTH = 3;
const CELL_WIDTH = 8;
/** Room for a billion chunks less one. */
const COUNT_WIDTH = 12;

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

/** Shown as `–`: too few values; as `∞`: among the rows that did not end well. */
const TOO_FEW = '–';
const INFINITE = '∞';

interface TableRow {
  readonly label: string;
  readonly metric: Distribution | AllRowsDistribution;
  readonly claim?: LatencyClaim | undefined;
}

/** The metrics as an aligned table, our own error below each judged figure, footnotes last. */
export function renderMetricTable(
  summary: Pick<Summary, 'metrics' | 'fidelity'>,
  page: Page,
): string[] {
  const rows = CATALOG.flatMap(({ tag, label }) => rowsOf(summary, tag, label));
  if (rows.length === 0) return ['No request was sent, so there are no latencies.'];
  const columns = columnsFor(page.width);
  const heading = [
    ''.padEnd(LABEL_WIDTH + UNIT_WIDTH),
    ...columns.map(({ title }) => title.padStart(CELL_WIDTH)),
    'count'.padStart(COUNT_WIDTH),
  ].join('');
  const lines = rows.flatMap((row) => [
    renderRow(row, columns),
    ...page.paintAll('dim', renderError(row, columns)),
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

function columnsFor(width: number): readonly Column[] {
  const fixed = LABEL_WIDTH + UNIT_WIDTH + COUNT_WIDTH;
  const room = Math.floor((width - fixed) / CELL_WIDTH);
  const surplus = COLUMNS.length - room;
  return COLUMNS.filter(({ givesWay }) => givesWay === undefined || givesWay > surplus);
}

function renderRow({ label, metric }: TableRow, columns: readonly Column[]): string {
  const unit = unitFor(metric);
  const cells = columns.map(({ key }) => cellOf(metric, key, unit.perMs).padStart(CELL_WIDTH));
  const count = formatDecimal(metric.count).padStart(COUNT_WIDTH);
  return `${label.padEnd(LABEL_WIDTH)}${unit.name.padEnd(UNIT_WIDTH)}${cells.join('')}${count}`;
}

function renderError({ metric, claim }: TableRow, columns: readonly Column[]): string[] {
  const { name, perMs } = unitFor(metric);
  const cells = columns.map(({ key }) => {
    const errorMs = claim?.[key as keyof LatencyClaim & 'p50']?.error_ms;
    return errorMs === undefined ? '' : `±${formatMeasure(errorMs * perMs)}`;
  });
  if (cells.every((cell) => cell === '')) return [];
  const line = cells.map((cell) => cell.padStart(CELL_WIDTH)).join('');
  return [`${'  own error'.padEnd(LABEL_WIDTH)}${name.padEnd(UNIT_WIDTH)}${line}`.trimEnd()];
}

/** Seconds where the usual value is ten of them, or the largest would not fit its column. */
function unitFor({ min = 0, p50, mean, max = 0 }: TableRow['metric']) {
  const usual = p50 ?? mean ?? min;
  return usual >= 10_000 || max >= 1_000_000
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
