import { expect, test } from 'vitest';

import { type QuietRun, quietLines } from './fidelity-quiet.ts';

const measures = { absolute_lag_p99_ms: 1.978, ttft_error_p99_ms: 1.511 };
const reason = { kind: 'latency_error', figure: 'p99', error_ms: 1.25 };

const told: [behaviour: string, run: QuietRun, lines: readonly string[]][] = [
  [
    'holds a verdict beside the control and the server',
    { controlP99Ms: 0.93, verdict: 'valid', reasons: [], measures },
    ['control p99 0.93 ms, arrival p99 1.98 ms, TTFT off by 1.51 ms at p99: valid'],
  ],
  [
    'gives each reason with its figures',
    { controlP99Ms: 0.83, verdict: 'degraded', reasons: [reason], measures: {} },
    ['control p99 0.83 ms: degraded', '  {"kind":"latency_error","figure":"p99","error_ms":1.25}'],
  ],
  [
    'gives no verdict on a machine that is not quiet',
    { controlP99Ms: 1.22, reasons: [] },
    ['control p99 1.22 ms: not counted, the machine is not quiet'],
  ],
];

test.each(told)('quietLines() %s', (_behaviour, run, lines) => {
  expect(quietLines(run)).toEqual(lines);
});
