import { expect, test } from 'vitest';

import { parseMachineTimes, parseProcessTimes, readProcessTimes } from './cpu-seconds.ts';

test('parseProcessTimes() is not misled by a name with brackets and spaces', () => {
  const stat = '42 (a ) b) S 1 42 42 0 -1 4194560 100 200 0 0 150 50 1000 500 20 0 11 0 1 2 3';
  expect(parseProcessTimes(stat)).toEqual({
    parentPid: 1,
    ownSeconds: 2,
    childrenSeconds: 15,
  });
});

test('parseMachineTimes() counts steal as busy, and waiting for a disk as idle', () => {
  const stat = 'cpu  100 10 40 1000 50 5 5 90 70 7\ncpu0 1 1 1 1\n';
  expect(parseMachineTimes(stat)).toEqual({ busySeconds: 2.5, totalSeconds: 13 });
});

test('readProcessTimes() reads this process, and knows nothing of one that is not there', () => {
  expect(readProcessTimes('self')?.ownSeconds).toBeGreaterThan(0);
  expect(readProcessTimes(2 ** 22 + 1)).toBeUndefined();
});
