import { FAILURE_CLASSES } from '@trace-replay/metrics';
import { formatDecimal } from '@trace-replay/metrics/internal';

import { linearAxis, timeAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { type Bar, drawBars } from '../chart/marks.ts';
import { createPlot } from '../chart/plot.ts';
import type { Color } from '../chart/theme.ts';
import type { RunData } from '../data/run-data.ts';
import { binWords, stampOf } from './words.ts';

const CLASS_COLORS: readonly Color[] = ['bad', 'second', 'fourth', 'good', 'third', 'lost', 'idle'];

/** What failed, and when? Failed rows by class, over the time of their end. */
export function failuresFigure(data: RunData): Figure | undefined {
  const { bins, columns, summary } = data;
  if (summary.rows.failed === 0) return undefined;
  const classes = FAILURE_CLASSES.flatMap((name, index) =>
    summary.failures[name] === undefined ? [] : [{ name, index }],
  );
  const counts = classes.map(() => new Float64Array(bins.count));
  const ends = columns.endSeconds.values();
  const due = columns.dueSeconds.values();
  for (const [place, failure] of columns.failureClass.values().entries()) {
    const at = classes.findIndex(({ index }) => index === failure);
    if (at < 0) continue;
    const when = Number.isNaN(ends[place]!) ? due[place]! : ends[place]!;
    counts[at]![bins.binOf(when)]!++;
  }
  const totals = Array.from({ length: bins.count }, (_, bin) =>
    counts.reduce((total, each) => total + each[bin]!, 0),
  );
  const colorOf = (index: number) => CLASS_COLORS[index % CLASS_COLORS.length]!;
  const plot = createPlot({
    id: 'failures',
    label: 'Failed rows by class, over the time of their end',
    height: 150,
    x: timeAxis(bins.spanSeconds),
    y: linearAxis('failed per bin', Math.max(...totals), { count: 4 }),
    legend: classes.map(({ name }, index) => {
      return {
        label: `${name} (${formatDecimal(summary.failures[name] ?? 0)})`,
        color: colorOf(index),
        mark: 'area',
      };
    }),
    stamp: stampOf(summary),
  });
  const bottoms = totals.map(() => plot.bottom);
  for (const [index, own] of counts.entries()) {
    const bars: Bar[] = [];
    for (const [bin, count] of own.entries()) {
      if (count === 0) continue;
      const x = plot.x(bin * bins.widthSeconds);
      const width = Math.max(1.5, plot.x((bin + 1) * bins.widthSeconds) - x - 0.6);
      const height = Math.max(2, plot.bottom - plot.y(count));
      bottoms[bin]! -= height;
      bars.push({ x, y: bottoms[bin]!, width, height });
    }
    plot.add(drawBars(bars, colorOf(index)));
  }
  return {
    id: 'failures',
    question: 'What failed, and when?',
    svg: plot.draw(),
    caption: `${formatDecimal(summary.rows.failed)} failed rows, by the time of their end. ${binWords(data)}`,
    table: {
      columns: ['class', 'phase', 'code', 'rows', 'first row', 'message of that row'],
      rows: summary.failure_details.map((detail) => [
        detail.class,
        detail.phase ?? '',
        detail.code ?? '',
        formatDecimal(detail.count),
        String(detail.first_row),
        detail.message ?? '',
      ]),
    },
  };
}
