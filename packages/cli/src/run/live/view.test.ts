import { expect, test } from 'vitest';

import type { LiveFigures } from './figures.ts';
import { liveLine } from './view.ts';

const figures: LiveFigures = {
  rows: 100,
  dispatched: 40,
  inFlight: 5,
  ok: 33,
  failed: 2,
  failures: [
    ['http_status', 1],
    ['truncated', 1],
  ],
  elapsedSeconds: 65,
  scheduleSeconds: 3725,
  tokensPerSecond: 1234.5,
  ttftMs: { p50: 4.256, p99: 123.4 },
  itlMs: { p50: 10.04, p99: 20 },
  lagMs: { p50: 0.1, p99: 1 },
  good: { count: 30, ended: 35 },
};

const lines: [
  behaviour: string,
  figures: LiveFigures,
  width: number | undefined,
  expected: string,
][] = [
  [
    'tells everything',
    figures,
    undefined,
    '1:05 of 1:02:05 · sent 40/100 · in flight 5 · ok 33 · failed 2 (http_status 1, truncated 1)' +
      ' · TTFT 4.26/123 ms · ITL 10.0/20.0 ms · good 85.7 % · 1235 tok/s · lag 0.10/1.00 ms',
  ],
  ['leaves out what does not fit', figures, 40, '1:05 of 1:02:05 · sent 40/100'],
  [
    'says how long the last rows are waited for',
    { ...figures, elapsedSeconds: 3735, failures: [], failed: 0 },
    60,
    '1:02:05 of 1:02:05 + 0:10 · sent 40/100 · in flight 5',
  ],
  [
    'leaves out what is unknown',
    {
      rows: 1,
      dispatched: 0,
      inFlight: 0,
      ok: 0,
      failed: 0,
      failures: [],
      elapsedSeconds: -0.02,
      scheduleSeconds: 0,
    },
    undefined,
    '0:00 of 0:00 · sent 0/1 · in flight 0 · ok 0 · failed 0',
  ],
];

test.each(lines)('liveLine() %s', (_behaviour, given, width, expected) => {
  expect(liveLine(given, width)).toBe(expected);
});
