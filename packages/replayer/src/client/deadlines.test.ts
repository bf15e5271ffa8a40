import { expect, test } from 'vitest';

import { createVirtualTime } from '../test/virtual-time.ts';
import { createDeadlineTimer, type Deadlines, type DeadlineTimer } from './deadlines.ts';

const MS = 1e6;

type At = (ms: number, call: () => void) => void;

const stories: [
  behaviour: string,
  deadlines: Deadlines,
  story: (timer: DeadlineTimer, at: At, token: (ms: number) => void) => void,
  expected: string | undefined,
][] = [
  ['passes nothing without limits', {}, () => undefined, undefined],
  ['passes the total', { totalMs: 100 }, () => undefined, 'total at 100'],
  [
    'passes the phase that runs',
    { connectMs: 30, totalMs: 100 },
    (timer) => timer.enter('connect', 0),
    'connect at 30',
  ],
  [
    'forgets a phase that was left',
    { connectMs: 30, totalMs: 100 },
    (timer, at) => {
      timer.enter('connect', 0);
      at(20, () => timer.leave());
    },
    'total at 100',
  ],
  [
    'starts a phase anew with each token',
    { betweenTokensMs: 20 },
    (timer, at, token) => {
      timer.enter('between_tokens', 0);
      for (const ms of [10, 25, 40]) at(ms, () => token(ms));
    },
    'between_tokens at 60',
  ],
  [
    'is armed anew when the next phase is shorter',
    { firstTokenMs: 500, betweenTokensMs: 10 },
    (timer, at) => {
      timer.enter('first_token', 0);
      at(50, () => timer.enter('between_tokens', 50 * MS));
    },
    'between_tokens at 60',
  ],
  [
    'passes nothing once it is stopped',
    { totalMs: 50 },
    (timer, at) => at(20, () => timer.stop()),
    undefined,
  ],
];

test.each(stories)('createDeadlineTimer() %s', (_behaviour, deadlines, story, expected) => {
  // Timers that fire early must not make a deadline pass early.
  const time = createVirtualTime({ skewNs: (delayMs) => -Math.min(1, delayMs / 2) * MS });
  const passed: string[] = [];
  let lastContentNs: number | undefined;
  const timer = createDeadlineTimer(
    deadlines,
    (phase) => passed.push(`${phase} at ${Math.round(time.nowNs() / MS)}`),
    { clock: time, timers: time, lastContentNs: () => lastContentNs },
  );
  timer.begin(0);
  const plain: [number, () => void][] = [];
  story(
    timer,
    (ms, call) => plain.push([ms, call]),
    (ms) => {
      lastContentNs = ms * MS;
    },
  );
  for (const [ms, call] of plain) {
    time.runUntil(ms * MS);
    call();
  }
  time.runUntil(10_000 * MS);
  expect(passed).toEqual(expected === undefined ? [] : [expected]);
});
