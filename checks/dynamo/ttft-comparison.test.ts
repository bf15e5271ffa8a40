import type { RequestRecord, Summary } from '@trace-replay/metrics';
import { describe, expect, test } from 'vitest';

import { readFrontendCounters } from './frontend-counters.ts';
import type { Replayed } from './replay-rows.ts';
import { compareTtft, renderTtftTable } from './ttft-comparison.ts';

const ZERO_UNIX_MS = 1_767_323_045_678.25;

interface Drawn {
  readonly oursMs: number;
  readonly frontendMs: number;
  readonly uploadMs?: number;
  readonly waitMs?: number;
  /** Of the thread that reads, in the run queue; it ran for 1,000 ms. */
  readonly queuedMs?: number;
  /** The longest time that it stood still, and how much of it it had no core. */
  readonly stall?: readonly [lateMs: number, waitedMs: number];
}

/**
 * A replay of two rows, sent 1 s apart, the second waiting 1 ms longer, and a third without text.
 */
function replayedOf(drawn: Drawn) {
  const { oursMs, frontendMs, uploadMs = 0.25, waitMs = 0, queuedMs = 700, stall } = drawn;
  const records = [0, 1000].map((sentMs, index) => ({
    sent_ns: sentMs * 1e6,
    flushed_ns: (sentMs + uploadMs) * 1e6,
    content_ns: [(sentMs + oursMs) * 1e6, (sentMs + oursMs + 10) * 1e6],
    server_timing: {
      request_received_ms: ZERO_UNIX_MS + sentMs + uploadMs + waitMs + (index - 0.5) - 0.5,
    },
  }));
  const loops = {
    run_queue: { on_core_ms: 1000, wait_ms: queuedMs },
    ...(stall && { longest_stall: { late_ms: stall[0], waited_ms: stall[1] } }),
  };
  const counted = readFrontendCounters('');
  return {
    records: [...records, { sent_ns: 0 }] as unknown as readonly RequestRecord[],
    summary: { fidelity: { inputs: { loops } } } as unknown as Summary,
    counted: { ...counted, ttftSumMs: 3 * frontendMs, ttftCount: 3 },
    zeroUnixMs: ZERO_UNIX_MS,
    load: 0.25,
    exitCode: 0,
    stderr: '',
  } satisfies Replayed;
}

const cases: [behaviour: string, drawn: Drawn, isWithin: boolean][] = [
  ['agrees at 5 ms', { oursMs: 44.99, frontendMs: 40 }, true],
  ['agrees at 5 ms less', { oursMs: 35.01, frontendMs: 40 }, true],
  ['disagrees beyond 5 ms', { oursMs: 45.1, frontendMs: 40 }, false],
  ['agrees at 5 %', { oursMs: 209.9, frontendMs: 200 }, true],
  ['disagrees beyond 5 %', { oursMs: 210.1, frontendMs: 200 }, false],
  ['takes out what the kernel held', { oursMs: 60, frontendMs: 40, waitMs: 16 }, true],
  ['keeps what is left beside it', { oursMs: 60, frontendMs: 40, waitMs: 14 }, false],
  ['keeps our own upload', { oursMs: 60, frontendMs: 40, uploadMs: 16, waitMs: 2 }, false],
];

describe('compareTtft()', () => {
  test.each(cases)('%s', (_behaviour, drawn, isWithin) => {
    const { uploadMs = 0.25, waitMs = 0, oursMs, frontendMs } = drawn;
    const compared = compareTtft('a', replayedOf(drawn));
    expect(compared).toMatchObject({ isWithin, rows: 2 });
    expect(compared.rawMs).toBeCloseTo(oursMs - frontendMs, 3);
    expect(compared.uploadMs).toBeCloseTo(uploadMs, 3);
    expect(compared.waitMs).toBeCloseTo(waitMs, 2);
    expect(compared.longestWaitMs).toBeCloseTo(waitMs + 0.5, 2);
    expect(compared.fairMs).toBeCloseTo(oursMs - waitMs - frontendMs, 2);
  });

  test('counts rows that the frontend had before we say that they were sent', () => {
    const sentLate = (waitMs: number) =>
      compareTtft('a', replayedOf({ oursMs: 40, frontendMs: 40, waitMs })).sentLate;
    // The stamp is cut to whole milliseconds, so up to one less is no contradiction.
    expect([-0.2, -0.3, -1.3].map(sentLate)).toEqual([0, 1, 2]);
  });

  test('calls it noise where the thread that reads waited for a core longer than it had one', () => {
    const noise = (queuedMs: number) =>
      compareTtft('a', replayedOf({ oursMs: 90, frontendMs: 40, queuedMs })).noise;
    expect([999, 1000].map(noise)).toEqual([
      undefined,
      'the reader waited 1000 ms for a core and had one for 1000 ms',
    ]);
  });

  test('calls it noise where one stall came from want of a core, not from the client', () => {
    const noise = (lateMs: number, waitedMs: number) =>
      compareTtft('a', replayedOf({ oursMs: 90, frontendMs: 40, stall: [lateMs, waitedMs] })).noise;
    expect([noise(49, 49), noise(200, 149), noise(200, 150)]).toEqual([
      undefined,
      undefined,
      'the reader stood still for 200 ms, 150 ms of it for want of a core',
    ]);
  });

  test('agrees with nothing where the frontend gave no stamp', () => {
    const replayed = replayedOf({ oursMs: 40, frontendMs: 40 });
    const records = replayed.records.map((record) => ({ ...record, server_timing: {} }));
    expect(compareTtft('a', { ...replayed, records }).isWithin).toBe(false);
  });
});

test('renderTtftTable() shows the difference with the wait and without it', () => {
  const rows = [
    compareTtft('1.6.1 aggregated', replayedOf({ oursMs: 48, frontendMs: 41, waitMs: 6 })),
    compareTtft('b', replayedOf({ oursMs: 143, frontendMs: 41, queuedMs: 3000 })),
  ];
  expect(renderTtftTable(rows)).toMatchInlineSnapshot(`
    "mean TTFT, ms     rows  frontend    ours     raw           upload  wait  longest  without wait           load  within 5 ms or 5 %
    1.6.1 aggregated     2     41.00   48.00    7.00   17.1 %    0.25  6.00     6.50          1.00    2.4 %   0.3  yes
    b                    2     41.00  143.00  102.00  248.8 %    0.25  0.00     0.50        102.00  248.8 %   0.3  NO: the reader waited 3000 ms for a core and had one for 1000 ms"
  `);
});
