import { expect, test } from 'vitest';

import { peaksInBins, percentileOf } from './order-statistics.ts';
import { timeBins } from './time-bins.ts';

const upTo = (count: number) => Float64Array.from({ length: count }, (_, index) => index + 1);

const percentiles: [behaviour: string, count: number, share: number, value: number | undefined][] =
  [
    ['needs ten values above it', 19, 0.5, undefined],
    ['is the smallest value that covers the share', 20, 0.5, 10],
    ['takes the higher of two middles no more than the lower', 21, 0.5, 11],
    ['needs 100 values for p90', 99, 0.9, undefined],
    ['has rank 90 of 100', 100, 0.9, 90],
    ['has none without values', 0, 0.5, undefined],
  ];

test.each(percentiles)('percentileOf() %s', (_behaviour, count, share, value) => {
  expect(percentileOf(upTo(count), share)).toBe(value);
});

const peaks: [behaviour: string, spans: [number, number][], expected: number[]][] = [
  ['counts what is open in a bin', [[0.1, 0.4]], [1, 0, 0]],
  ['carries what stays open', [[0.5, 2.5]], [1, 1, 1]],
  [
    'closes one before it opens the next',
    [
      [0, 0.5],
      [0.5, 0.9],
    ],
    [1, 0, 0],
  ],
  [
    'takes the most of a bin',
    [
      [0, 0.9],
      [0.1, 0.2],
      [0.3, 0.4],
    ],
    [2, 0, 0],
  ],
  ['leaves out what has no end', [[0, NaN]], [0, 0, 0]],
];

test.each(peaks)('peaksInBins() %s', (_behaviour, spans, expected) => {
  const bins = { ...timeBins(3), count: 3, binOf: (at: number) => Math.min(2, Math.floor(at)) };
  const starts = Float64Array.from(spans, ([start]) => start);
  const ends = Float64Array.from(spans, ([, end]) => end);
  expect([...peaksInBins(starts, ends, bins)]).toEqual(expected);
});

test.each([
  [0, 1, 0.01],
  [3, 150, 0.02],
  [600, 120, 5],
  [5400, 90, 60],
  [86_400, 144, 600],
])('timeBins() of %i s are %i of %d s', (span, count, widthSeconds) => {
  expect(timeBins(span)).toMatchObject({ count, widthSeconds });
});
