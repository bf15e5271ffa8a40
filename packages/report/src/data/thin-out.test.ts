import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Point, type Points, thinOut } from './thin-out.ts';

const AREA = { left: 60, right: 740, top: 20, bottom: 250 };
const point = fc.record({
  // Few places, so that many points share a column.
  x: fc.integer({ min: 60, max: 70 }),
  y: fc.double({ min: AREA.top, max: AREA.bottom, noNaN: true }),
  group: fc.integer({ min: 0, max: 3 }),
});

function columnsOf(points: readonly Point[]): Points {
  const column = (of: (each: Point) => number) => Float64Array.from(points, of);
  return { x: column(({ x }) => x), y: column(({ y }) => y), group: column((each) => each.group) };
}

/** The smallest and the largest `y` of each class in each column of the grid. */
function extremesOf(points: readonly Point[]): ReadonlyMap<string, readonly [number, number]> {
  const found = new Map<string, [number, number]>();
  for (const { x, y, group } of points) {
    const key = `${Math.floor((x - AREA.left) / ((AREA.right - AREA.left) / 240))} ${group}`;
    const [least, most] = found.get(key) ?? [Infinity, -Infinity];
    found.set(key, [Math.min(least, y), Math.max(most, y)]);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('thinOut() draws or counts every point, and draws the extremes of each class and column', () => {
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 300 }),
      fc.integer({ min: 0, max: 100 }),
      (all, limit) => {
        const { drawn, cells } = thinOut(columnsOf(all), AREA, limit);
        const counted = cells.reduce((sum, { count }) => sum + count, 0);
        expect(drawn.length + counted).toBe(all.length);
        expect(extremesOf(drawn)).toEqual(extremesOf(all));
      },
    ),
  );
});

test('thinOut() draws up to its limit all points, and beyond it most of them as counts', () => {
  const points = Array.from({ length: 20_001 }, (_, index) => ({
    x: 60 + (index % 680),
    y: 20 + ((index * 7919) % 230),
    group: 0,
  }));
  expect(thinOut(columnsOf(points.slice(1)), AREA).drawn).toHaveLength(20_000);
  expect(thinOut(columnsOf(points), AREA).drawn.length).toBeLessThan(2 * 240 + 1);
});
