import { element, px } from './svg.ts';
import { type Color, filled, stroked } from './theme.ts';

/** Dots in one path: many paths overlap, so that their number shows; one path is drawn fast. */
const DOTS_A_PATH = 500;

/** A dot for each point, in pixels: lines of no length with round ends. */
export function drawDots(
  points: readonly (readonly [x: number, y: number])[],
  color: Color,
  { size = 3.4, opacity = 0.6 } = {},
): string {
  const paths: string[] = [];
  for (let from = 0; from < points.length; from += DOTS_A_PATH) {
    paths.push(
      element('path', {
        d: dotPath(points.slice(from, from + DOTS_A_PATH)),
        ...stroked(color, size),
        'stroke-linecap': 'round',
        'stroke-opacity': opacity,
      }),
    );
  }
  return paths.join('');
}

/** Relative moves take half the room of absolute ones; in whole tenths, so that none drifts. */
function dotPath(points: readonly (readonly [x: number, y: number])[]): string {
  let [atX, atY] = [0, 0];
  return points
    .map(([x, y], index) => {
      const [toX, toY] = [Math.round(x * 10), Math.round(y * 10)];
      const [dx, dy] = [(toX - atX) / 10, (toY - atY) / 10];
      [atX, atY] = [toX, toY];
      return `${index === 0 ? 'M' : 'm'}${dx} ${dy}h0`.replace(' -', '-');
    })
    .join('');
}

/** One bar, in pixels; `y` is its upper end. */
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bars of one colour in one path. */
export function drawBars(bars: readonly Bar[], color: Color, opacity = 1): string {
  if (bars.length === 0) return '';
  const d = bars
    .map(
      ({ x, y, width, height }) => `M${px(x)} ${px(y)}h${px(width)}v${px(height)}h${px(-width)}z`,
    )
    .join('');
  return element('path', {
    d,
    ...filled(color),
    'fill-opacity': opacity === 1 ? undefined : opacity,
  });
}

/** Short upright marks, at most one for each half pixel, for rows without a value. */
export function drawRail(xs: readonly number[], railY: number, color: Color): string {
  if (xs.length === 0) return '';
  const places = [...new Set(xs.map((x) => Math.round(x * 2) / 2))].sort((a, b) => a - b);
  const d = places.map((x) => `M${px(x)} ${px(railY - 6)}v12`).join('');
  return element('path', { d, ...stroked(color, 1.4) });
}

/** Counts on a grid as squares of four strengths, the weakest well visible. */
export function drawGrid(
  cells: readonly (Bar & { readonly count: number })[],
  color: Color,
): string {
  const most = cells.reduce((max, { count }) => Math.max(max, count), 1);
  const strengths = [0.22, 0.42, 0.66, 0.95];
  const levelOf = (count: number) =>
    most === 1 ? 3 : Math.min(3, Math.floor((4 * Math.log(count)) / Math.log(most)));
  return strengths
    .map((opacity, level) =>
      drawBars(
        cells.filter(({ count }) => levelOf(count) === level),
        color,
        opacity,
      ),
    )
    .join('');
}
