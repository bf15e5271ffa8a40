import type { Objective } from '@trace-replay/metrics';
import { formatDecimal } from '@trace-replay/metrics/internal';

import { type Axis, formatTime, linearAxis, logAxis, timeAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { binPercentiles, middles } from '../data/bin-percentiles.ts';
import { beyondWords } from '../data/row-class.ts';
import type { RunData, RowColumn } from '../data/run-data.ts';
import { scatter, scatterWords } from './scatter.ts';
import { binWords, msCell, stampOf } from './words.ts';

interface OverTimeOptions {
  readonly id: string;
  readonly question: string;
  readonly label: string;
  readonly column: RowColumn;
  readonly metric?: Objective['metric'];
  readonly isLinear?: boolean;
}

/** One value of each row over its due time, with the medians of bins. */
export function overTimeFigure(data: RunData, options: OverTimeOptions): Figure | undefined {
  const { id, question, label, column, metric } = options;
  const { bins, columns, objectives, summary } = data;
  const values = columns[column].values();
  if (values.every((value) => Number.isNaN(value))) return undefined;
  const limit = objectives.find((objective) => objective.metric === metric);
  const { plot, counts } = scatter(data, {
    id,
    label: `${label} of each row over the time at which it was due`,
    x: timeAxis(bins.spanSeconds),
    y: yAxisOf(`${label}, ms`, values, limit?.limitMs, options.isLinear ?? false),
    xColumn: 'dueSeconds',
    yColumn: column,
    stamp: stampOf(summary),
  });
  if (limit !== undefined) plot.addLimit(limit.limitMs, beyondWords(limit).replace('>', '≤'));
  const found = binPercentiles(columns.dueSeconds.values(), values, bins);
  plot.addLine(
    middles(
      bins,
      found.map(({ p50 }) => p50),
    ),
    'ink',
    { width: 2 },
  );
  plot.addLine(
    middles(
      bins,
      found.map(({ p90 }) => p90),
    ),
    'ink',
    { isDashed: true },
  );
  const hasLines = found.some(({ p50 }) => p50 !== undefined);
  return {
    id,
    question,
    svg: plot.draw(),
    caption: [
      scatterWords(counts),
      hasLines
        ? `Lines: median of each bin, and dashed p90, where ten values lie above it. ${binWords(data)}`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
    table: {
      columns: ['due from', 'rows with a value', 'p50, ms', 'p90, ms'],
      rows: found.map(({ count, p50, p90 }, bin) => [
        formatTime(bin * bins.widthSeconds),
        formatDecimal(count),
        msCell(p50),
        msCell(p90),
      ]),
    },
  };
}

/** Always with the objective in it, unless it is far above all values. */
function yAxisOf(
  label: string,
  values: Float64Array,
  limitMs: number | undefined,
  isLinear: boolean,
): Axis {
  let [lowest, highest] = [Infinity, 0];
  for (const value of values) {
    if (value > 0 && value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (limitMs !== undefined && limitMs < 50 * highest) {
    [lowest, highest] = [Math.min(lowest, limitMs), Math.max(highest, limitMs)];
  }
  return isLinear
    ? linearAxis(label, highest)
    : logAxis(label, Math.max(lowest, highest / 1e6), highest);
}
