import { expect, test } from 'vitest';

import { createStampReader, differenceNs, type HrTime, writeStamp } from './canary-stamp.ts';
import { createStampErrorMeter } from './stamp-error.ts';

const MS = 1e6;

function at(ns: number): HrTime {
  return [Math.floor(ns / 1e9), ns % 1e9];
}

test('createStampReader() gives back what writeStamp() wrote, however it is cut', () => {
  const stamps: HrTime[] = [
    [0, 0],
    [5, 999_999_999],
    [4_294_967_295, 1],
    [3, 2],
  ];
  const bytes = Buffer.concat(stamps.map((stamp) => writeStamp(stamp)));
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second += 3) {
      const read: HrTime[] = [];
      const take = createStampReader((stamp) => read.push(stamp));
      for (const piece of [
        [0, first],
        [first, second],
        [second, bytes.length],
      ]) {
        take(bytes.subarray(piece[0], piece[1]));
      }
      expect(read).toEqual(stamps);
    }
  }
});

test('differenceNs() borrows from the seconds', () => {
  expect(differenceNs([7, 5], [6, 999_999_999])).toBe(6);
  expect(differenceNs([6, 999_999_999], [7, 5])).toBe(-6);
});

test('createStampErrorMeter() a loop that stood still is late by what was left of it, stamp by stamp', () => {
  let nowNs = 100 * MS;
  const meter = createStampErrorMeter(
    () => undefined,
    () => at(nowNs),
  );
  // Sent every 10 ms from 0 on, all read together at 100 ms.
  meter.take(Buffer.concat([0, 10, 20, 30].map((ms) => writeStamp(at(ms * MS)))));
  nowNs = 110.25 * MS;
  meter.take(writeStamp(at(110 * MS)));
  expect(meter.receive).toMatchObject({
    count: 5,
    maxNs: 100 * MS,
    sumNs: (100 + 90 + 80 + 70 + 0.25) * MS,
  });
});

test('createStampErrorMeter() writes back on every fourth stamp, and counts how long that took', () => {
  let nowNs = 0;
  let written = 0;
  const meter = createStampErrorMeter(
    (bytes) => {
      written += bytes.length;
      nowNs += 30_000;
    },
    () => at(nowNs),
  );
  for (let stamp = 0; stamp < 9; stamp++) meter.take(writeStamp(at(nowNs)));
  expect(written).toBe(16);
  expect(meter.send).toMatchObject({ count: 2, sumNs: 60_000 });
});
