import { expect, test } from 'vitest';

import { figureFile } from '../chart/figure.ts';
import { logAxis, timeAxis } from '../chart/axis.ts';
import type { RowColumn } from '../data/run-data.ts';
import { EDGE_RUNS } from '../test/edge-runs.ts';
import { syntheticRun } from '../test/synthetic-run.ts';
import { outcomeBins } from './outcomes.ts';
import { runFigures } from './run-figures.ts';
import { scatter } from './scatter.ts';

const edges = [...EDGE_RUNS, ['more rows than dots', { rows: 20_001, outputTokens: 1 }]] as const;
const runs = edges.map(([what, options]) => [what, syntheticRun(options).data] as const);

test.each(runs)(
  'runFigures() of %s have no broken number and as many cells as titles',
  (_, data) => {
    const figures = runFigures(data);
    expect(figures.map(({ id }) => id)).toContain('outcomes');
    for (const figure of figures) {
      const file = figureFile(figure);
      expect(file.match(/NaN|undefined|Infinity/g), figure.id).toBeNull();
      expect(figure.caption, figure.id).not.toMatch(/NaN|undefined|Infinity/);
      const { columns, rows } = figure.table;
      expect(
        rows.every((cells) => cells.length === columns.length),
        figure.id,
      ).toBe(true);
      expect(figure.svg.includes('trace 01234567')).toBe(true);
    }
  },
);

test.each(runs)('outcomeBins() of %s count every row once', (_, data) => {
  const { counts, dueLater } = outcomeBins(data);
  expect(counts.flat().reduce((sum, count) => sum + count, 0) + dueLater).toBe(data.rows);
});

test.each(runs)('scatter() of %s draws, counts or names every row', (_, data) => {
  const options = { id: 'x', label: 'x', stamp: '', y: logAxis('ms', 1, 1e4) };
  for (const yColumn of ['ttftMs', 'itlMs', 'lagMs'] as RowColumn[]) {
    const x = timeAxis(data.bins.spanSeconds);
    const { counts } = scatter(data, { ...options, x, xColumn: 'dueSeconds', yColumn });
    const { drawn, counted, infinite, without } = counts;
    expect(drawn + counted + infinite + without).toBe(data.rows);
  }
});

test('a single failed row among thousands has a bar of a pixel and a mark in the rail', () => {
  const { data } = syntheticRun({
    rows: 3000,
    outputTokens: 2,
    failEvery: 2999,
    // All in one bin, so that a row is less than a tenth of a pixel.
    gapSeconds: 0,
  });
  expect(data.summary.rows.failed).toBeLessThan(10);
  const [outcomes, , ttft] = runFigures(data);
  expect(ttft?.id).toBe('ttft');
  expect(ttft!.svg.match(/M[\d.]+ [\d.]+v12/g)).not.toBeNull();
  const heights = [...outcomes!.svg.matchAll(/h[\d.]+v([\d.]+)h-/g)].map(([, height]) =>
    Number(height),
  );
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(1);
});
