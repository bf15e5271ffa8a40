import { describe, expect, test } from 'vitest';

import { EndpointFigures } from './endpoint-figures.ts';
import { parsePage } from './parse-page.ts';

function figuresOf(...pages: string[]) {
  const figures = new EndpointFigures('http://a/metrics');
  const changed = pages.map((page) => figures.add(parsePage(page)));
  return { changed, ...figures.result() };
}

const COUNTER = '# TYPE c counter\n';
const GAUGE = '# TYPE g gauge\n';
const HISTOGRAM = '# TYPE h histogram\n';

/** As JSON, but with the numbers that JSON has no word for. */
function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  );
}

describe('EndpointFigures', () => {
  test.each([
    ['that grows', ['c 5', 'c 7', 'c 12'], 7],
    ['that began again at 0', ['c 5', 'c 7', 'c 1', 'c 4'], 6],
    ['that appears with its first count', ['d 1', 'c 2', 'c 3'], 3],
    ['that stands still', ['c 5', 'c 5'], 0],
  ])('gives the increase of a counter %s', (_what, pages, increase) => {
    const { series } = figuresOf(...pages.map((page) => COUNTER + page));
    expect(series.find(({ name }) => name === 'c')).toMatchObject({ kind: 'counter', increase });
  });

  test('gives least, most and mean of a gauge, without what is no number', () => {
    const { series } = figuresOf(...['g 4', 'g NaN', 'g 1', 'g 7'].map((page) => GAUGE + page));
    expect(series).toEqual([
      { name: 'g', labels: {}, kind: 'gauge', last: 7, min: 1, max: 7, mean: 4 },
    ]);
  });

  test.each([
    [
      'a counter',
      `${COUNTER}c 0`,
      `${COUNTER}c 1.7e308`,
      `${COUNTER}c 1e308`,
      `${COUNTER}c 1.7e308`,
    ],
    ['a gauge', `${GAUGE}g 1e308`, `${GAUGE}g 1.5e308`, `${GAUGE}g -1e308`, `${GAUGE}g 1.7e308`],
    ['a histogram', ...[0, 1e-300, 1e-200].map((n) => `${HISTOGRAM}h_sum 9e99\nh_count ${n}\n`)],
  ])('gives only finite figures of %s of extreme values', (_what, ...pages) => {
    const result = figuresOf(...pages);
    expect(stringify(result)).not.toMatch(/Infinity|NaN/);
  });

  test('gives the values that a histogram took in, by labels', () => {
    const page = (count: number, sum: number) =>
      `${HISTOGRAM}h_bucket{m="x",le="+Inf"} ${count}\nh_sum{m="x"} ${sum}\nh_count{m="x"} ${count}\n`;
    const { series } = figuresOf(page(2, 10), page(6, 12));
    expect(series).toEqual([
      { name: 'h', labels: { m: 'x' }, kind: 'histogram', count: 4, sum: 2, mean: 0.5 },
    ]);
    expect(figuresOf(page(2, 10)).series[0]).toEqual({
      name: 'h',
      labels: { m: 'x' },
      kind: 'histogram',
      count: 0,
      sum: 0,
    });
  });

  test('tells what has changed since the last page', () => {
    const { changed } = figuresOf('a{l="1"} 1\nb 2', 'a{l="1"} 1\nb 3', 'b 3');
    expect(changed).toEqual([{ 'a{l="1"}': 1, b: 2 }, { b: 3 }, {}]);
  });

  test('keeps a bounded number of series and says how many were too many', () => {
    const page = Array.from({ length: 20_003 }, (_, index) => `a{i="${index}"} 1`).join('\n');
    const { series, series_dropped: dropped } = figuresOf(page);
    expect(series).toHaveLength(20_000);
    expect(dropped).toBe(3);
  });

  test.each([
    ['a counter falls', [`${COUNTER}c 5`, `${COUNTER}c 1`, `${COUNTER}c 4`], 1],
    ['a gauge falls', [`${GAUGE}g 5`, `${GAUGE}g 1`], undefined],
    ['nothing falls', [`${COUNTER}c 5`, `${COUNTER}c 5`], undefined],
  ])('says how often its counters began again: %s', (_what, pages, restarts) => {
    expect(figuresOf(...pages).restarts).toBe(restarts);
  });

  test('says whether the last scrape had an answer', () => {
    const figures = new EndpointFigures('http://a/metrics');
    figures.fail('no answer');
    expect(figures.result()).toMatchObject({ failures: 1, ended_without_answer: true });
    figures.add(parsePage('a 1'));
    expect(figures.result()).not.toHaveProperty('ended_without_answer');
  });
});
