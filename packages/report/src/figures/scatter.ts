import { formatDecimal } from '@trace-replay/metrics/internal';

import type { Axis } from '../chart/axis.ts';
import { drawDots, drawGrid, drawRail } from '../chart/marks.ts';
import { createPlot, type Plot, type PlotOptions } from '../chart/plot.ts';
import { Column } from '../data/column.ts';
import type { RunData, RowColumn } from '../data/run-data.ts';
import { thinOut } from '../data/thin-out.ts';

/** How many rows of a scatter are where; together they are all rows with a record. */
export interface ScatterCounts {
  readonly drawn: number;
  readonly counted: number;
  /** In the rail: rows whose value is infinite. */
  readonly infinite: number;
  /** Ok rows without such a value, or outside the axis. */
  readonly without: number;
}

interface ScatterOptions extends Omit<PlotOptions, 'rail' | 'legend' | 'x' | 'y'> {
  readonly x: Axis;
  readonly y: Axis;
  readonly xColumn: RowColumn;
  readonly yColumn: RowColumn;
}

/** A dot for every ok row and a mark in the rail for every row without a whole answer. */
export function scatter(
  data: RunData,
  { xColumn, yColumn, ...options }: ScatterOptions,
): { plot: Plot; counts: ScatterCounts } {
  const { classes, columns } = data;
  const xs = columns[xColumn].values();
  const ys = columns[yColumn].values();
  const groups = columns.rowClass.values();
  const seen = new Set(groups);
  const hasInfinite = groups.some((group, place) => {
    return Number.isNaN(ys[place]!) && classes[group]!.isLost;
  });
  const plot = createPlot({
    ...options,
    hover: { x: xColumn, y: yColumn },
    rail: hasInfinite ? '∞' : undefined,
    legend: classes
      .filter((_, index) => seen.has(index))
      .map(({ label, color }) => ({ label, color, mark: 'dot' })),
  });
  const [low, high] = options.x.domain;
  const points = { x: new Column(), y: new Column(), group: new Column() };
  const rails = classes.map((): number[] => []);
  let [infinite, without] = [0, 0];
  for (const [place, x] of xs.entries()) {
    const group = groups[place]!;
    const isOutside = !(x >= low && x <= high);
    if (isOutside) without++;
    else if (Number.isNaN(ys[place]!) && classes[group]!.isLost) {
      infinite++;
      rails[group]!.push(plot.x(x));
    } else if (Number.isNaN(ys[place]!)) without++;
    else {
      const y = Math.max(ys[place]!, options.y.domain[0]);
      points.x.push(plot.x(x));
      points.y.push(plot.y(y));
      points.group.push(group);
    }
  }
  const placed = { x: points.x.values(), y: points.y.values(), group: points.group.values() };
  const { drawn, cells } = thinOut(placed, plot);
  plot.add(drawGrid(cells, 'good'));
  for (const [group, { color }] of classes.entries()) {
    const own = drawn.filter((point) => point.group === group);
    plot.add(
      drawDots(
        own.map(({ x, y }) => [x, y] as const),
        color,
      ),
    );
    plot.add(drawRail(rails[group]!, plot.railY, color));
  }
  const counted = points.x.length - drawn.length;
  return { plot, counts: { drawn: drawn.length, counted, infinite, without } };
}

/** How many rows a scatter shows, and how. */
export function scatterWords({ drawn, counted, infinite, without }: ScatterCounts): string {
  const rows = drawn + counted + infinite + without;
  const sentences = [
    `${formatDecimal(drawn)} of ${formatDecimal(rows)} rows are drawn one by one.`,
  ];
  if (counted > 0) {
    sentences.push(
      `${formatDecimal(counted)} are counted in squares, darker for more;` +
        ' the largest and the smallest of each column are drawn.',
    );
  }
  if (infinite > 0) {
    sentences.push(`${formatDecimal(infinite)} without a whole answer are in the rail at ∞.`);
  }
  if (without > 0) sentences.push(`${formatDecimal(without)} have no such value.`);
  return sentences.join(' ');
}
