import type { RunShape, Subject } from './pairs.ts';
import { ratio, type Target } from '../figures/targets.ts';
import { type Bursts, burstRows, mergeRows, uniformRows } from '../input/trace.ts';
import { type Clients, CONTROL, type Level } from './level.ts';

/** The seed's largest burst, its prompts of nearly the greatest length. */
const BURST_SIZE = 19;
const PROMPT_TOKENS = 110_000;

const targets: readonly Target[] = [
  {
    text: 'last byte of a burst ÷ the floor’s, median burst',
    unit: '×',
    of: ratio('replay', 'floor', 'burst_last_byte_ms'),
    atMost: 1.5,
    judgedBy: 'median',
  },
  {
    text: 'last byte of a burst ÷ the floor’s, worst burst',
    unit: '×',
    of: ratio('replay', 'floor', 'burst_last_byte_max_ms'),
    atMost: 1.5,
    judgedBy: 'median',
  },
  {
    text: 'noise: last byte of the floor again ÷ the floor’s',
    unit: '×',
    of: ratio(CONTROL, 'floor', 'burst_last_byte_ms'),
    judgedBy: 'median',
  },
];

function subjects({ replay, floor }: Clients, large: RunShape, itlMs: number): readonly Subject[] {
  const server = { ttftMs: 50, itlMs };
  return [
    ...(floor ? [{ name: 'floor', client: floor, server, large }] : []),
    { name: 'replay', client: replay, server, large },
    ...(floor ? [{ name: CONTROL, client: floor, server, large }] : []),
  ];
}

function burstShape(bursts: Bursts, outputTokens: number): RunShape {
  const rows = burstRows(bursts, { inputTokens: PROMPT_TOKENS, outputTokens });
  return { rows, burstsDueMs: [...new Set(rows.map(({ dueMs }) => dueMs))] };
}

/** Bursts alone: who builds or writes one body after the other is seen here. */
export const burstLevel: Level = {
  name: 'burst',
  title: '19 rows of 110,000 tokens due together, every 6 s',
  subjects(clients, isQuick) {
    const bursts = { bursts: isQuick ? 3 : 10, size: BURST_SIZE, everyMs: 6000 };
    return subjects(clients, burstShape(bursts, 20), 10);
  },
  targets: () => targets,
};

const STREAMS = 1000;
const FILL_MS = 20_000;

/**
 * The seed's own regime: 1,000 streams at one chunk a second each, for ten minutes, and a burst
 * every 30 s, which together is the 70,000 prompt tokens a second of the seed's trace.
 */
export const burstOpenLevel: Level = {
  name: 'burst-open',
  title: '19 rows of 110,000 tokens due together while 1,000 streams are open at 1 chunk/s each',
  subjects(clients, isQuick) {
    const seconds = isQuick ? 60 : 600;
    const open = uniformRows(STREAMS, (STREAMS * 1000) / FILL_MS, {
      inputTokens: 1000,
      outputTokens: seconds,
    });
    const everyMs = isQuick ? 10_000 : 30_000;
    const fromMs = FILL_MS + 2500;
    const bursts = Math.floor((seconds * 1000 - fromMs) / everyMs);
    const burst = burstShape({ bursts, size: BURST_SIZE, everyMs, fromMs }, 3);
    return subjects(clients, { ...burst, rows: mergeRows(open, burst.rows) }, 1000);
  },
  targets: () => targets,
};
