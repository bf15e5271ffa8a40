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
export function thinOut(points: readonly Point[], area: Area, limit = MOST_POINTS): ThinnedPoints {
  if (points.length <= limit) return { drawn: points, cells: [] };
  const width = (area.right - area.left) / COLUMNS;
  const height = (area.bottom - area.top) / LINES;
  const place = (value: number, from: number, size: number, count: number) =>
    Math.min(count - 1, Math.max(0, Math.floor((value - from) / size)));
  const columnOf = ({ x }: Point) => place(x, area.left, width, COLUMNS);
  const extremes = new Map<string, { highest: Point; lowest: Point }>();
  for (const point of points) {
    const key = `${columnOf(point)} ${point.group}`;
    const known = extremes.get(key);
    if (known === undefined) extremes.set(key, { highest: point, lowest: point });
    else if (point.y < known.highest.y) known.highest = point;
    else if (point.y > known.lowest.y) known.lowest = point;
  }
  const kept = new Set([...extremes.values()].flatMap(({ highest, lowest }) => [highest, lowest]));
  const counts = new Float64Array(COLUMNS * LINES);
  for (const point of points) {
    if (kept.has(point)) continue;
    counts[columnOf(point) * LINES + place(point.y, area.top, height, LINES)]!++;
  }
  const cells = [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([cell, count]) => ({
      x: area.left + Math.floor(cell / LINES) * width,
      y: area.top + (cell % LINES) * height,
      ...{ width, height, count },
    }));
  return { drawn: [...kept], cells };
}
