import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Point, thinOut } from './thin-out.ts';

const AREA = { left: 60, right: 740, top: 20, bottom: 250 };
const point = fc.record({
  x: fc.double({ min: AREA.left, max: AREA.right, noNaN: true }),
  y: fc.double({ min: AREA.top, max: AREA.bottom, noNaN: true }),
  group: fc.integer({ min: 0, max: 3 }),
});

test('thinOut() draws or counts every point, and draws the extremes of each class', () => {
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 300 }),
      fc.integer({ min: 0, max: 100 }),
      (all, limit) => {
        const { drawn, cells } = thinOut(all, AREA, limit);
        const counted = cells.reduce((sum, { count }) => sum + count, 0);
        expect(drawn.length + counted).toBe(all.length);
        for (const group of new Set(all.map((each) => each.group))) {
          const ys = (points: readonly Point[]) =>
            points.filter((each) => each.group === group).map(({ y }) => y);
          expect(Math.min(...ys(drawn))).toBe(Math.min(...ys(all)));
          expect(Math.max(...ys(drawn))).toBe(Math.max(...ys(all)));
        }
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
  expect(thinOut(points.slice(1), AREA).drawn).toHaveLength(20_000);
  expect(thinOut(points, AREA).drawn.length).toBeLessThan(2 * 240 + 1);
});
