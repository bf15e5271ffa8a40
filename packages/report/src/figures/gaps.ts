import { formatDecimal, formatMeasure } from '@trace-replay/metrics/internal';

import { logAxis, timeAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { drawGrid } from '../chart/marks.ts';
import { createPlot } from '../chart/plot.ts';
import type { RunData } from '../data/run-data.ts';
import { binWords, stampOf } from './words.ts';

/** Were there pauses inside answers? Counts of the gaps between events, by time and by length. */
export function gapsFigure(data: RunData): Figure | undefined {
  const { bins, gaps, summary, objectives } = data;
  const cells = gaps.cells();
  if (cells.length === 0) return undefined;
  const lowest = Math.min(...cells.map(({ fromMs }) => fromMs));
  const highest = Math.max(...cells.map(({ toMs }) => toMs));
  const limitMs = objectives.find(({ metric }) => metric === 'inter_token_latency')?.limitMs;
  const isNear = limitMs !== undefined && limitMs < 50 * highest;
  const plot = createPlot({
    id: 'gaps',
    label: 'Gaps between the events of answers, by the time at which they ended',
    x: timeAxis(bins.spanSeconds),
    y: logAxis('gap, ms', lowest, isNear ? Math.max(highest, limitMs) : highest),
    stamp: stampOf(summary),
  });
  plot.add(
    drawGrid(
      cells.map(({ bin, fromMs, toMs, count }) => {
        const left = plot.x(bin * bins.widthSeconds);
        const width = Math.max(1, plot.x((bin + 1) * bins.widthSeconds) - left);
        const y = plot.y(toMs);
        return { x: left, y, width, height: Math.max(1, plot.y(fromMs) - y), count };
      }),
      'third',
    ),
  );
  if (isNear) plot.addLimit(limitMs, `ITL objective ${formatMeasure(limitMs)} ms`);
  const byLength = new Map<number, { toMs: number; count: number }>();
  for (const { fromMs, toMs, count } of cells) {
    byLength.set(fromMs, { toMs, count: (byLength.get(fromMs)?.count ?? 0) + count });
  }
  return {
    id: 'gaps',
    question: 'Were there pauses inside answers?',
    svg: plot.draw(),
    caption: [
      `${formatDecimal(gaps.total)} gaps between events of ok rows, counted; darker is more, on a logarithmic scale.`,
      gaps.coalesced === 0
        ? ''
        : `${formatDecimal(gaps.coalesced)} of them are under 50 µs and not drawn: their events were read together.`,
      binWords(data),
    ]
      .filter(Boolean)
      .join(' '),
    table: {
      columns: ['gap from, ms', 'to, ms', 'gaps'],
      rows: [...byLength.entries()]
        .sort(([a], [b]) => a - b)
        .map(([fromMs, { toMs, count }]) => [
          formatMeasure(fromMs),
          formatMeasure(toMs),
          formatDecimal(count),
        ]),
    },
  };
}
