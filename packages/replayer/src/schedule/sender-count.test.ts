import { expect, test } from 'vitest';

import { senderCount } from './sender-count.ts';

function every(gapMs: number, count: number): { count: number; dueNs: Float64Array } {
  return { count, dueNs: Float64Array.from({ length: count }, (_, row) => row * gapMs * 1e6) };
}

const loads: [
  behaviour: string,
  schedule: { count: number; dueNs: Float64Array },
  tokensPerRow: number,
  cores: number,
  expected: number,
][] = [
  ['takes one thread for one row', every(1, 1), 300, 8, 1],
  ['takes one thread for 10,000 tokens a second', every(30, 1000), 300, 8, 1],
  ['takes two for 30,000', every(10, 3000), 300, 8, 2],
  ['takes no more than the cores beside the main thread', every(10, 3000), 300, 2, 1],
  ['takes one on one core', every(10, 3000), 300, 1, 1],
  ['sees a busy stretch in a quiet trace', busyStretch(), 300, 8, 3],
];

/** A row a second for 100 s, and 200 a second for the ten in the middle. */
function busyStretch(): { count: number; dueNs: Float64Array } {
  const dueMs = [
    ...Array.from({ length: 45 }, (_, second) => second * 1000),
    ...Array.from({ length: 2000 }, (_, row) => 45_000 + row * 5),
    ...Array.from({ length: 45 }, (_, second) => 55_000 + second * 1000),
  ];
  return { count: dueMs.length, dueNs: Float64Array.from(dueMs, (ms) => ms * 1e6) };
}

test.each(loads)('senderCount() %s', (_behaviour, schedule, tokensPerRow, cores, expected) => {
  expect(senderCount(schedule, tokensPerRow, cores)).toBe(expected);
});
