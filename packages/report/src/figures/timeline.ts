import type { RequestRecord } from '@trace-replay/metrics';
import { COALESCED_BELOW_NS, formatDecimal } from '@trace-replay/metrics/internal';

import { type Axis, linearAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { type Bar, drawBars } from '../chart/marks.ts';
import { createPlot } from '../chart/plot.ts';
import { element, escapeText, px } from '../chart/svg.ts';
import { type Color, filled } from '../chart/theme.ts';
import type { RunData } from '../data/run-data.ts';
import { msCell, stampOf } from './words.ts';

const ROW_HEIGHT = 15;

/** What happens inside a row? The phases of at most 40 rows, each from its own due time. */
export function timelineFigure(data: RunData): Figure | undefined {
  const { chosen, summary, objectives } = data;
  const rows = chosen.list();
  if (rows.length === 0) return undefined;
  const itlMs = objectives.find(({ metric }) => metric === 'inter_token_latency')?.limitMs;
  const longest = Math.max(...rows.map(({ record }) => (record.end_ns ?? 0) - record.due_ns)) / 1e9;
  const plot = createPlot({
    id: 'timeline',
    label: 'Phases of chosen rows, each from its due time',
    height: rows.length * ROW_HEIGHT + 4,
    x: linearAxis('seconds since the row was due', 1.2 * longest, { count: 8 }),
    y: rowAxis(rows.map(({ record }) => record.row)),
    legend: [
      { label: 'due to sent', color: 'idle', mark: 'area' },
      { label: 'sent to first token', color: 'second', mark: 'area' },
      { label: 'tokens', color: 'good', mark: 'area' },
      ...(itlMs === undefined
        ? []
        : [{ label: 'gap above the ITL objective', color: 'fourth', mark: 'area' } as const]),
      { label: 'failed here', color: 'bad', mark: 'dot' },
    ],
    stamp: stampOf(summary),
  });
  const bars: Record<'idle' | 'second' | 'good' | 'fourth', Bar[]> = {
    idle: [],
    second: [],
    good: [],
    fourth: [],
  };
  for (const [index, { record, why }] of rows.entries()) {
    const y = plot.top + index * ROW_HEIGHT + 4;
    const bar = (color: keyof typeof bars, fromNs: number, toNs: number, inset = 0) => {
      const left = plot.x((fromNs - record.due_ns) / 1e9);
      const width = Math.max(0.8, plot.x((toNs - record.due_ns) / 1e9) - left);
      bars[color].push({ x: left, y: y + inset, width, height: ROW_HEIGHT - 6 - 2 * inset });
    };
    drawPhases(record, itlMs, bar);
    const end = plot.x(((record.end_ns ?? record.due_ns) - record.due_ns) / 1e9);
    if (record.outcome === 'failed') {
      plot.addText(element('circle', { cx: px(end), cy: px(y + 4), r: 4, ...filled('bad') }));
    }
    const words = { x: px(end + 8), y: px(y + 8), 'font-size': 10, ...filled('dim') };
    plot.addText(element('text', words, escapeText(why)));
  }
  plot.add(...Object.entries(bars).map(([color, own]) => drawBars(own, color as Color)));
  return {
    id: 'timeline',
    question: 'What happens inside a row?',
    svg: plot.draw(),
    caption:
      `${formatDecimal(rows.length)} of ${formatDecimal(data.rows)} rows: the five worst by TTFT, ITL,` +
      ' longest gap and latency, five failed ones, and a sample over the time of the run. A thin line is a gap between tokens.',
    table: {
      columns: ['row', 'why', 'lag, ms', 'TTFT, ms', 'end after due, ms', 'events', 'failure'],
      rows: rows.map(({ record, why }) => [
        String(record.row),
        why,
        msCell(record.sent_ns === undefined ? undefined : (record.sent_ns - record.due_ns) / 1e6),
        msCell(ttftOf(record)),
        msCell(record.end_ns === undefined ? undefined : (record.end_ns - record.due_ns) / 1e6),
        formatDecimal(record.content_ns?.length ?? 0),
        record.failure === undefined ? '' : `${record.failure.class} ${record.failure.code ?? ''}`,
      ]),
    },
  };
}

/** Gaps that are narrow in the picture run together; each keeps its own colour. */
function drawPhases(
  record: RequestRecord,
  itlMs: number | undefined,
  bar: (
    color: 'idle' | 'second' | 'good' | 'fourth',
    from: number,
    to: number,
    inset?: number,
  ) => void,
): void {
  const { due_ns: dueNs, sent_ns: sentNs, content_ns: contentNs = [], end_ns: endNs } = record;
  if (sentNs === undefined) return;
  if (sentNs > dueNs) bar('idle', dueNs, sentNs);
  const firstNs = contentNs[0];
  bar('second', sentNs, firstNs ?? endNs ?? sentNs);
  const limitNs = (itlMs ?? Infinity) * 1e6;
  let fromNs = firstNs ?? 0;
  for (let index = 1; index < contentNs.length; index++) {
    const [beforeNs, atNs] = [contentNs[index - 1]!, contentNs[index]!];
    const isLast = index === contentNs.length - 1;
    const isLong = atNs - beforeNs > limitNs;
    if (isLong && beforeNs > fromNs) bar('good', fromNs, beforeNs);
    if (isLong) bar('fourth', beforeNs, atNs, 2);
    else if (isLast && atNs - fromNs >= COALESCED_BELOW_NS) bar('good', fromNs, atNs);
    if (isLong) fromNs = atNs;
  }
}

function ttftOf({ sent_ns: sentNs, content_ns: contentNs }: RequestRecord): number | undefined {
  const firstNs = contentNs?.[0];
  return sentNs === undefined || firstNs === undefined ? undefined : (firstNs - sentNs) / 1e6;
}

function rowAxis(rows: readonly number[]): Axis {
  const ticks = rows.map((row, index) => ({
    value: rows.length - index - 0.5,
    text: String(row),
  }));
  return { label: 'row of the trace', domain: [0, rows.length], ticks };
}
