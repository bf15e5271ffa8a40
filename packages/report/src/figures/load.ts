import { formatDecimal, formatMeasure } from '@trace-replay/metrics/internal';

import { formatTime, linearAxis, timeAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { createPlot } from '../chart/plot.ts';
import { middles } from '../data/bin-percentiles.ts';
import { peaksInBins } from '../data/order-statistics.ts';
import type { RunData } from '../data/run-data.ts';
import { binWords, stampOf } from './words.ts';

/** Was the server keeping up? Requests due and answers ended in each bin, per second. */
export function ratesFigure(data: RunData): Figure {
  const { bins, columns, summary, classes } = data;
  const offered = new Float64Array(bins.count);
  const served = new Float64Array(bins.count);
  const classOf = columns.rowClass.values();
  const ends = columns.endSeconds.values();
  for (const [place, due] of columns.dueSeconds.values().entries()) {
    if (due <= bins.count * bins.widthSeconds) offered[bins.binOf(due)]!++;
    const end = ends[place]!;
    if (!Number.isNaN(end) && !classes[classOf[place]!]!.isLost) served[bins.binOf(end)]!++;
  }
  const rate = (counts: Float64Array) =>
    [...counts].map((count, bin) => count / bins.secondsOf(bin));
  const [offeredRate, servedRate] = [rate(offered), rate(served)];
  const plot = createPlot({
    id: 'rates',
    label: 'Requests due and answers ended per second, over time',
    height: 150,
    x: timeAxis(bins.spanSeconds),
    y: linearAxis('requests/s', Math.max(...offeredRate, ...servedRate)),
    legend: [
      { label: 'offered: rows due', color: 'idle', mark: 'dash' },
      { label: 'served: ok answers ended', color: 'good', mark: 'line' },
    ],
    hover: { binSeconds: bins.widthSeconds },
    stamp: stampOf(summary),
  });
  plot.addLine(middles(bins, offeredRate), 'idle', { isDashed: true, width: 2 });
  plot.addLine(middles(bins, servedRate), 'good', { width: 2 });
  return {
    id: 'rates',
    question: 'Did the server keep up with the trace?',
    svg: plot.draw(),
    caption: `All ${formatDecimal(data.rows)} rows with a record. ${binWords(data)}`,
    table: {
      columns: ['from', 'offered, requests/s', 'served, requests/s'],
      rows: offeredRate.map((value, bin) => [
        formatTime(bin * bins.widthSeconds),
        formatMeasure(value),
        formatMeasure(servedRate[bin]!),
      ]),
    },
  };
}

/** How many requests were open at once? The maximum of each bin. */
export function inFlightFigure(data: RunData): Figure {
  const { bins, columns, summary } = data;
  const peaks = [...peaksInBins(columns.sentSeconds.values(), columns.endSeconds.values(), bins)];
  const plot = createPlot({
    id: 'in-flight',
    label: 'Requests in flight over time, the maximum of each bin',
    height: 130,
    x: timeAxis(bins.spanSeconds),
    y: linearAxis('in flight', Math.max(...peaks), { count: 4 }),
    hover: { binSeconds: bins.widthSeconds },
    stamp: stampOf(summary),
  });
  plot.addLine(middles(bins, peaks), 'fourth', { width: 2 });
  return {
    id: 'in-flight',
    question: 'How many requests were in flight?',
    svg: plot.draw(),
    caption: `Maximum of each bin, from sent to the end. ${binWords(data)}`,
    table: {
      columns: ['from', 'most in flight'],
      rows: peaks.map((value, bin) => [formatTime(bin * bins.widthSeconds), formatDecimal(value)]),
    },
  };
}

/** How fast did tokens come, over all requests? */
export function tokensFigure(data: RunData): Figure | undefined {
  const { bins, tokensOfBin, summary } = data;
  if (tokensOfBin.every((tokens) => tokens === 0)) return undefined;
  const rates = [...tokensOfBin].map((tokens, bin) => tokens / bins.secondsOf(bin));
  const plot = createPlot({
    id: 'tokens',
    label: 'Output tokens per second over time',
    height: 130,
    x: timeAxis(bins.spanSeconds),
    y: linearAxis('tokens/s', Math.max(...rates), { count: 4 }),
    hover: { binSeconds: bins.widthSeconds },
    stamp: stampOf(summary),
  });
  plot.addLine(middles(bins, rates), 'third', { width: 2 });
  return {
    id: 'tokens',
    question: 'How fast did output tokens arrive?',
    svg: plot.draw(),
    caption: `By time of arrival, failed rows included. ${binWords(data)}`,
    table: {
      columns: ['from', 'output tokens/s'],
      rows: rates.map((value, bin) => [formatTime(bin * bins.widthSeconds), formatMeasure(value)]),
    },
  };
}
