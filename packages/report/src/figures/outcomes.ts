import { formatDecimal } from '@trace-replay/metrics/internal';

import { formatTime, linearAxis, timeAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { type Bar, drawBars } from '../chart/marks.ts';
import { createPlot } from '../chart/plot.ts';
import type { RunData } from '../data/run-data.ts';
import { binWords, stampOf } from './words.ts';

/** Rows due in each bin by their class: `counts[bin][class]`. */
export interface OutcomeBins {
  readonly counts: readonly (readonly number[])[];
  /** Rows due after the end of the run: they are in no bin. */
  readonly dueLater: number;
}

export function outcomeBins({ columns, bins, classes }: RunData): OutcomeBins {
  const counts = Array.from({ length: bins.count }, () => classes.map(() => 0));
  let dueLater = 0;
  const classOf = columns.rowClass.values();
  for (const [place, dueSeconds] of columns.dueSeconds.values().entries()) {
    if (dueSeconds > bins.count * bins.widthSeconds) dueLater++;
    else counts[bins.binOf(dueSeconds)]![classOf[place]!]!++;
  }
  return { counts, dueLater };
}

/** Were the objectives kept, and when not? Stacked counts of all rows by their due time. */
export function outcomesFigure(data: RunData): Figure {
  const { bins, classes, summary } = data;
  const { counts, dueLater } = outcomeBins(data);
  const most = counts.reduce((max, each) => Math.max(max, sum(each)), 0);
  const seen = [...classes.keys()].filter((index) => counts.some((each) => each[index]! > 0));
  const plot = createPlot({
    id: 'outcomes',
    label: 'Rows by what became of them, over the time at which they were due',
    x: timeAxis(bins.spanSeconds),
    y: linearAxis('rows per bin', most),
    legend: seen.map((index) => ({ ...classes[index]!, mark: 'area' })),
    hover: { binSeconds: bins.widthSeconds },
    stamp: stampOf(summary),
  });
  const bars = seen.map((): Bar[] => []);
  for (const [bin, each] of counts.entries()) {
    const left = plot.x(bin * bins.widthSeconds);
    const width = Math.max(0.6, plot.x((bin + 1) * bins.widthSeconds) - left - 0.6);
    let bottom = plot.bottom;
    for (const [order, index] of seen.entries()) {
      if (each[index] === 0) continue;
      // A single bad row among thousands is still one pixel high.
      const height = Math.max(1, plot.bottom - plot.y(each[index]!));
      bottom -= height;
      bars[order]!.push({ x: left, y: bottom, width, height });
    }
  }
  for (const [order, index] of seen.entries()) {
    plot.add(drawBars(bars[order]!, classes[index]!.color));
  }
  const missing = summary.rows.total - data.rows;
  return {
    id: 'outcomes',
    question: 'Were the objectives kept, and when not?',
    svg: plot.draw(),
    caption: [
      `All ${formatDecimal(data.rows - dueLater)} rows that were due during the run.`,
      dueLater > 0 ? `${formatDecimal(dueLater)} rows were due after its end.` : '',
      missing > 0 ? `${formatDecimal(missing)} rows left no record and count as not sent.` : '',
      binWords(data),
      'A bar is at least one pixel high.',
    ]
      .filter(Boolean)
      .join(' '),
    table: {
      columns: ['due from', ...seen.map((index) => classes[index]!.label)],
      rows: counts.map((each, bin) => [
        formatTime(bin * bins.widthSeconds),
        ...seen.map((index) => formatDecimal(each[index]!)),
      ]),
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
