import { line } from 'd3-shape';

import { type Axis, scaleOf } from './axis.ts';
import { type Attributes, element, escapeText, px } from './svg.ts';
import { type Color, filled, stroked } from './theme.ts';

/** One entry of a picture's legend. */
export interface LegendEntry {
  readonly label: string;
  readonly color: Color;
  readonly mark: 'area' | 'line' | 'dash' | 'dot';
}

/** What a picture is made of, beside its marks. */
export interface PlotOptions {
  /** For the ids inside; one for each picture of a page. */
  readonly id: string;
  /** What a screen reader says. */
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly height?: number;
  /** A band above all values, for rows whose value is infinite. */
  readonly rail?: string | undefined;
  readonly legend?: readonly LegendEntry[];
  /** The page's script: columns of its rows, or the width of the bins that the table has. */
  readonly hover?: { readonly x: string; readonly y: string } | { readonly binSeconds: number };
  /** Run, trace, rows, verdict and version: a picture alone says where it comes from. */
  readonly stamp: string;
}

export const WIDTH = 760;
const LEFT = 62;
const RIGHT = 14;
const LEGEND_LINE = 18;
const RAIL = 20;
const BOTTOM = 52;
/** Of a letter at 12 px, on average; the fonts of all systems are close to it. */
const LETTER = 6.3;

/** The area of a picture: marks are added to it, then it is drawn. */
export type Plot = ReturnType<typeof createPlot>;

/** Lays out axes, legend and rail, and places marks by their values. */
export function createPlot(options: PlotOptions) {
  const { id, label, x: xAxis, y: yAxis, height = 230, rail, legend = [], hover, stamp } = options;
  const [legendText, legendHeight] = drawLegend(legend);
  const top = legendHeight + 8 + (rail === undefined ? 0 : RAIL);
  const bottom = top + height;
  const right = WIDTH - RIGHT;
  const x = scaleOf(xAxis, LEFT, right);
  const y = scaleOf(yAxis, bottom, top);
  const marks: string[] = [];
  const over: string[] = [];

  return {
    x,
    y,
    left: LEFT,
    right,
    top,
    bottom,
    railY: top - RAIL / 2 - 2,
    /** Adds markup in the coordinates of the picture, cut off at its edges. */
    add: (...markup: string[]) => void marks.push(...markup),
    /** Adds words that zoom leaves where they are. */
    addText: (...markup: string[]) => void over.push(...markup),
    /** A line through points; it has a gap where a value is not a number. */
    addLine(
      points: readonly (readonly [x: number, y: number])[],
      color: Color,
      { width = 1.6, isDashed = false, opacity = 1 } = {},
    ): void {
      const path = line<readonly [number, number]>()
        .defined(([, value]) => Number.isFinite(value))
        .x(([value]) => x(value))
        .y(([, value]) => y(value))
        .digits(1)(points);
      if (path === null) return;
      marks.push(
        element('path', {
          d: path,
          ...stroked(color, width),
          'stroke-dasharray': isDashed ? '5 3' : undefined,
          'stroke-opacity': opacity === 1 ? undefined : opacity,
        }),
      );
    },
    /** A line at one height, with its words at the right end. */
    addLimit(value: number, words: string): void {
      const at = y(value);
      marks.push(
        element('path', {
          d: `M${LEFT} ${px(at)}H${right}`,
          ...stroked('bad', 1.2),
          'stroke-dasharray': '2 3',
        }),
      );
      over.push(
        element(
          'text',
          { x: right - 4, y: px(at - 4), 'text-anchor': 'end', ...filled('bad') },
          escapeText(words),
        ),
      );
    },
    draw(): string {
      const clip = `clip-${id}`;
      const areaTop = rail === undefined ? top : top - RAIL;
      const clipping = element(
        'clipPath',
        { id: clip },
        element('rect', {
          ...{ x: LEFT, y: areaTop - 1, width: right - LEFT, height: bottom - areaTop + 2 },
        }),
      );
      const total = bottom + BOTTOM;
      return element(
        'svg',
        {
          xmlns: 'http://www.w3.org/2000/svg',
          viewBox: `0 0 ${WIDTH} ${px(total)}`,
          role: 'img',
          'aria-label': label,
          'font-family': 'system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif',
          'font-size': 12,
          'data-plot': id,
          'data-left': LEFT,
          'data-right': right,
          'data-top': px(areaTop),
          'data-bottom': px(bottom),
          'data-x0': xAxis.domain[0],
          'data-x1': xAxis.domain[1],
          'data-time': xAxis.isTime ? 1 : undefined,
          ...(hover && hoverData(hover, yAxis, top)),
        },
        clipping,
        legendText,
        drawYAxis(yAxis, y, right),
        rail === undefined ? '' : drawRail(rail, top - RAIL, right),
        element('g', { class: 'ticks' }, drawXAxis(xAxis, x, top, bottom)),
        element('path', { d: `M${LEFT} ${px(bottom)}H${right}`, ...stroked('dim', 1) }),
        element('g', { 'clip-path': `url(#${clip})` }, element('g', { class: 'marks' }, ...marks)),
        ...over,
        element(
          'text',
          { x: (LEFT + right) / 2, y: px(bottom + 32), 'text-anchor': 'middle', ...filled('dim') },
          escapeText(xAxis.label),
        ),
        element(
          'text',
          { x: right, y: px(total - 5), 'text-anchor': 'end', 'font-size': 9, ...filled('dim') },
          escapeText(stamp),
        ),
      );
    },
  };
}

/** What the page's script needs to find the row or the bin below the pointer. */
function hoverData(hover: NonNullable<PlotOptions['hover']>, y: Axis, top: number): Attributes {
  if ('binSeconds' in hover) return { 'data-bin': hover.binSeconds };
  return {
    ...{ 'data-x': hover.x, 'data-y': hover.y, 'data-y0': y.domain[0], 'data-y1': y.domain[1] },
    'data-log': y.isLog ? 1 : undefined,
    'data-scale-top': px(top),
  };
}

function drawLegend(entries: readonly LegendEntry[]): [markup: string, height: number] {
  let [at, row] = [LEFT, 0];
  const drawn = entries.map(({ label, color, mark }) => {
    const width = 24 + label.length * LETTER + 12;
    if (at + width > WIDTH && at > LEFT) [at, row] = [LEFT, row + 1];
    const y = 13 + row * LEGEND_LINE;
    const text = element('text', { x: px(at + 22), y, ...filled('ink') }, escapeText(label));
    const markup = drawMark(mark, color, at, y - 4) + text;
    at += width;
    return markup;
  });
  return [drawn.join(''), entries.length === 0 ? 0 : (row + 1) * LEGEND_LINE];
}

function drawMark(mark: LegendEntry['mark'], color: Color, x: number, y: number): string {
  if (mark === 'area') {
    return element('rect', { x: px(x + 3), y: px(y - 5), width: 13, height: 10, ...filled(color) });
  }
  if (mark === 'dot') {
    return element('circle', { cx: px(x + 9), cy: px(y), r: 3.5, ...filled(color) });
  }
  return element('path', {
    d: `M${px(x)} ${px(y)}h18`,
    ...stroked(color, 2.2),
    'stroke-dasharray': mark === 'dash' ? '5 3' : undefined,
  });
}

function drawYAxis(axis: Axis, y: (value: number) => number, right: number): string {
  const lines = axis.ticks.map(({ value, text }) => {
    const at = px(y(value));
    const words = { x: LEFT - 7, y: px(y(value) + 4), 'text-anchor': 'end', ...filled('dim') };
    return (
      element('path', { d: `M${LEFT} ${at}H${right}`, ...stroked('line', 1) }) +
      element('text', words, escapeText(text))
    );
  });
  const [low, high] = axis.domain;
  const [bottom, top] = [y(low), y(high)];
  const middle = (bottom + top) / 2;
  const title = element(
    'text',
    {
      ...{ x: 12, y: px(middle), 'text-anchor': 'middle', ...filled('dim') },
      transform: `rotate(-90 12 ${px(middle)})`,
    },
    escapeText(axis.label),
  );
  return lines.join('') + title;
}

function drawXAxis(axis: Axis, x: (value: number) => number, top: number, bottom: number): string {
  return axis.ticks
    .map(({ value, text }) => {
      const at = x(value);
      // The last label ends at the edge of the picture and not beyond it.
      const isLast = at + (text.length * LETTER) / 2 > WIDTH;
      const words = {
        ...{ x: px(isLast ? WIDTH : at), y: px(bottom + 16), ...filled('dim') },
        'text-anchor': isLast ? 'end' : 'middle',
      };
      return (
        element('path', { d: `M${px(at)} ${px(top)}V${px(bottom)}`, ...stroked('line', 1) }) +
        element('text', words, escapeText(text))
      );
    })
    .join('');
}

function drawRail(words: string, top: number, right: number): string {
  return (
    element('rect', {
      ...{ x: LEFT, y: px(top - 1), width: right - LEFT, height: RAIL - 3, ...filled('panel') },
    }) +
    element(
      'text',
      { x: LEFT - 7, y: px(top + 12), 'text-anchor': 'end', ...filled('dim') },
      escapeText(words),
    )
  );
}
