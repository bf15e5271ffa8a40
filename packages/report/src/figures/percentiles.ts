import { formatDecimal, formatMeasure, formatShort } from '@trace-replay/metrics/internal';

import { type Axis, logAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { drawDots } from '../chart/marks.ts';
import { createPlot } from '../chart/plot.ts';
import { element, px } from '../chart/svg.ts';
import { type Color, stroked } from '../chart/theme.ts';
import { curveOf, type CurvePoint, SUMMARY_SHARES } from '../data/curve.ts';
import { beyondWords } from '../data/row-class.ts';
import { CURVES, type RunData } from '../data/run-data.ts';
import { msCell, stampOf } from './words.ts';

type CurveTag = (typeof CURVES)[number];

const LOOKS: Readonly<Record<CurveTag, { label: string; color: Color; isDashed: boolean }>> = {
  time_to_first_token: { label: 'TTFT', color: 'good', isDashed: false },
  time_to_first_token_from_schedule: { label: 'TTFT from schedule', color: 'good', isDashed: true },
  inter_token_latency: { label: 'ITL', color: 'third', isDashed: false },
  request_latency: { label: 'request latency', color: 'second', isDashed: false },
};

/** How long did it take, and for how many? Percentiles on an axis that gives the tail its room. */
export function percentilesFigure(data: RunData): Figure {
  const { summary, histograms, objectives } = data;
  const curves = CURVES.map((tag) => ({ tag, curve: curveOf(histograms[tag]) }));
  const known = curves.filter(({ tag }) => histograms[tag].count > 0);
  const lowest = Math.min(...known.map(({ tag }) => (histograms[tag].minNs ?? Infinity) / 1e6));
  const highest = Math.max(...known.map(({ tag }) => (histograms[tag].maxNs ?? 0) / 1e6));
  const limits = objectives.map(({ limitMs }) => limitMs).filter((limit) => limit < 50 * highest);
  const most = Math.max(20, ...known.map(({ tag }) => histograms[tag].count));
  const infinite = summary.rows.total - summary.rows.ok;
  const plot = createPlot({
    id: 'percentiles',
    label: 'Latencies by percentile',
    height: 270,
    x: shareAxis(most),
    y: logAxis('ms', Math.max(0.01, Math.min(lowest, ...limits)), Math.max(highest, ...limits)),
    rail: infinite > 0 ? '∞' : undefined,
    legend: known.map(({ tag }) => {
      const { label, color, isDashed } = LOOKS[tag];
      return { label, color, mark: isDashed ? 'dash' : 'line' };
    }),
    stamp: stampOf(summary),
  });
  for (const objective of objectives) {
    if (limits.includes(objective.limitMs)) {
      plot.addLimit(objective.limitMs, beyondWords(objective).replace('>', '≤'));
    }
  }
  for (const { tag, curve } of known) {
    const { color, isDashed } = LOOKS[tag];
    const { count, maxNs = 0 } = histograms[tag];
    plot.addLine(curve.map(pointOf), color, { width: 2, isDashed });
    plot.add(drawDots([[plot.x(count), plot.y(maxNs / 1e6)]], color, { size: 6, opacity: 1 }));
  }
  if (infinite > 0 && histograms.time_to_first_token.count > 0) {
    const curve = curveOf(histograms.time_to_first_token, infinite);
    plot.addLine(curve.map(pointOf), 'bad', { width: 1.4, isDashed: true });
    const at = plot.x(Math.min(most, summary.rows.total / infinite));
    plot.add(
      element('path', { d: `M${px(at)} ${px(plot.railY)}H${plot.right}`, ...stroked('bad', 4) }),
    );
  }
  return {
    id: 'percentiles',
    question: 'How long did it take, and for how many rows?',
    svg: plot.draw(),
    caption: [
      `${formatDecimal(summary.rows.ok)} ok rows of ${formatDecimal(summary.rows.total)}.`,
      'A curve ends where fewer than ten values lie above it; a dot marks the largest value.',
      infinite > 0
        ? `The dashed red line is TTFT over all rows: ${formatDecimal(infinite)} rows have no whole answer and count as infinite.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
    table: {
      columns: ['', ...SUMMARY_SHARES.map((share) => `p${formatShort(100 * share)}`), 'max', 'n'],
      rows: known.map(({ tag, curve }) => [
        `${LOOKS[tag].label}, ms`,
        ...SUMMARY_SHARES.map((share) => msCell(valueAt(curve, share))),
        formatMeasure((histograms[tag].maxNs ?? 0) / 1e6),
        formatDecimal(histograms[tag].count),
      ]),
    },
  };
}

function valueAt(curve: readonly CurvePoint[], share: number): number | undefined {
  return curve.find((point) => point.share === share)?.ms;
}

function pointOf({ share, ms }: CurvePoint): [number, number] {
  return [1 / (1 - share), Math.max(ms, 1e-3)];
}

/** 1 ÷ (1 − share) on a logarithmic axis: each nine of a percentile has the same room. */
export function shareAxis(most: number): Axis {
  const marks: [number, string][] = [
    [1, '0 %'],
    [2, '50 %'],
    [4, '75 %'],
    [10, '90 %'],
    [20, '95 %'],
    [100, '99 %'],
    [1000, '99.9 %'],
    [10_000, '99.99 %'],
    [100_000, '99.999 %'],
  ];
  const high = Math.max(20, most * 1.1);
  return {
    label: 'share of rows that are at most so large',
    domain: [1, high],
    isLog: true,
    ticks: marks.filter(([value]) => value <= high).map(([value, text]) => ({ value, text })),
  };
}
