/** Up to so many points are drawn one by one. */
export const MOST_POINTS = 20_000;
const COLUMNS = 240;
const LINES = 80;

/** One row in a picture, in pixels, and its class. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly group: number;
}

/** Points by place, in columns: a million of them take 24 MB, as objects 60. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly group: Float64Array;
}

/** A square of a picture and the points in it that are not drawn. */
export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/** Points drawn + points counted in cells = points given. */
export interface ThinnedPoints {
  readonly drawn: readonly Point[];
  readonly cells: readonly Cell[];
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * All points up to a limit. Above it exact counts on a grid, and beside them the highest and the
 * lowest point of each class in each column, one by one: no extreme is lost.
 */
export function thinOut(points: Points, area: Area, limit = MOST_POINTS): ThinnedPoints {
  const { x, y, group } = points;
  const pointAt = (place: number): Point => ({ x: x[place]!, y: y[place]!, group: group[place]! });
  if (x.length <= limit) return { drawn: Array.from(x.keys(), pointAt), cells: [] };
  const width = (area.right - area.left) / COLUMNS;
  const height = (area.bottom - area.top) / LINES;
  const stepOf = (value: number, from: number, size: number, count: number) =>
    Math.min(count - 1, Math.max(0, Math.floor((value - from) / size)));
  const columnOf = (place: number) => stepOf(x[place]!, area.left, width, COLUMNS);
  const extremes = new Map<number, { highest: number; lowest: number }>();
  for (const place of x.keys()) {
    const key = group[place]! * COLUMNS + columnOf(place);
    const known = extremes.get(key);
    if (known === undefined) extremes.set(key, { highest: place, lowest: place });
    else if (y[place]! < y[known.highest]!) known.highest = place;
    else if (y[place]! > y[known.lowest]!) known.lowest = place;
  }
  const kept = new Set([...extremes.values()].flatMap(({ highest, lowest }) => [highest, lowest]));
  const counts = new Float64Array(COLUMNS * LINES);
  for (const place of x.keys()) {
    if (kept.has(place)) continue;
    counts[columnOf(place) * LINES + stepOf(y[place]!, area.top, height, LINES)]!++;
  }
  const cells = [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([cell, count]) => ({
      x: area.left + Math.floor(cell / LINES) * width,
      y: area.top + (cell % LINES) * height,
      ...{ width, height, count },
    }));
  return { drawn: Array.from(kept, pointAt), cells };
}
