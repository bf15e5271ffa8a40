import { formatDecimal } from '@trace-replay/metrics/internal';

import { type Axis, logAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { drawDots } from '../chart/marks.ts';
import { createPlot } from '../chart/plot.ts';
import { percentileOf, sorted } from '../data/order-statistics.ts';
import type { RunData } from '../data/run-data.ts';
import { msCell, stampOf } from './words.ts';

const MOST = 24;
const ROW_HEIGHT = 18;

/** Who is slow? Median and p90 of TTFT by target and worker; only where there are several. */
export function workersFigure(data: RunData): Figure | undefined {
  const { summary, workers } = data;
  const urls = summary.conditions.urls;
  const all = workers.list().map(({ kind, name, ttftMs }) => {
    const ascending = sorted(ttftMs.values());
    return {
      kind,
      name: kind === 'target' ? (urls[Number(name)] ?? name) : name,
      count: ascending.length,
      p50: percentileOf(ascending, 0.5),
      p90: percentileOf(ascending, 0.9),
    };
  });
  const several = all.filter(
    ({ kind, p50 }) => p50 !== undefined && all.filter((each) => each.kind === kind).length > 1,
  );
  if (several.length === 0) return undefined;
  const shown = several.toSorted((a, b) => (b.p50 ?? 0) - (a.p50 ?? 0)).slice(0, MOST);
  const values = shown.flatMap(({ p50, p90 }) => [p50, p90]).filter((value) => value !== undefined);
  const plot = createPlot({
    id: 'workers',
    label: 'Median and 90th percentile of the time to first token by worker',
    height: shown.length * ROW_HEIGHT,
    x: logAxis('TTFT, ms', Math.min(...values), Math.max(...values)),
    y: nameAxis(shown.map((_, index) => `#${index + 1}`)),
    legend: [
      { label: 'p50', color: 'good', mark: 'dot' },
      { label: 'p90, from 100 rows', color: 'second', mark: 'dot' },
    ],
    stamp: stampOf(summary),
  });
  const dots = (key: 'p50' | 'p90') =>
    shown.flatMap((worker, index) => {
      const value = worker[key];
      const y = plot.top + (index + 0.5) * ROW_HEIGHT;
      return value === undefined ? [] : [[plot.x(value), y] as const];
    });
  plot.add(drawDots(dots('p50'), 'good', { size: 8, opacity: 1 }));
  plot.add(drawDots(dots('p90'), 'second', { size: 8, opacity: 1 }));
  return {
    id: 'workers',
    question: 'Is one of the workers slow?',
    svg: plot.draw(),
    caption:
      `${formatDecimal(shown.length)} of ${formatDecimal(all.length)} targets and workers, the slowest first.` +
      ' The table names them. A percentile needs ten values above it.',
    table: {
      columns: ['', 'kind', 'name', 'ok rows', 'TTFT p50, ms', 'p90, ms'],
      rows: shown.map(({ kind, name, count, p50, p90 }, index) => [
        `#${index + 1}`,
        kind,
        name,
        formatDecimal(count),
        msCell(p50),
        msCell(p90),
      ]),
    },
  };
}

function nameAxis(names: readonly string[]): Axis {
  const ticks = names.map((text, index) => ({ value: names.length - index - 0.5, text }));
  return { label: '', domain: [0, names.length], ticks };
}
