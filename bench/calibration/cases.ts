import { readFileSync } from 'node:fs';

import { ROOT } from '../input/root.ts';
import { type BenchRow, burstRows, mergeRows, traceRows, uniformRows } from '../input/trace.ts';
import type { ServerSettings } from '../servers/server.ts';

/** What is done to a run from outside. */
export interface Disturbance {
  /** Processes that take all the CPU time they can get. */
  readonly hogs?: number;
  /** The client is stopped (SIGSTOP) for so long, half-way through the schedule. */
  readonly stopMs?: number;
  /** The threads that send and read stand still for so long, again and again. */
  readonly stall?: { readonly forMs: number; readonly everyMs: number };
  /** Descriptors that the client may open. */
  readonly descriptors?: number;
}

/** One run of the calibration. */
export interface CalibrationCase extends Load {
  readonly name: string;
  readonly disturbance: Disturbance;
}

interface Load {
  readonly rows: readonly BenchRow[];
  readonly server: ServerSettings;
}

const REQUEST = { inputTokens: 1000, outputTokens: 100 };
const SERVER = { ttftMs: 50, itlMs: 10 };
/** Events of 100 at 10 ms: a row lasts about a second. */
const uniform = (rate: number, seconds: number): Load => ({
  rows: uniformRows(rate * seconds, rate, REQUEST),
  server: SERVER,
});

/** Bodies of so many prompt tokens, which have 4 to 5 bytes each. */
const bodies = (inputTokens: number): Load => ({
  rows: uniformRows(24, 8, { inputTokens, outputTokens: 50 }),
  server: SERVER,
});

const RECIPE = readFileSync(new URL('fixtures/traces/recipe.jsonl', ROOT), 'utf8');
/** So much of the recipe's trace at its speed; answers are cut, so that a run stays short. */
const RECIPE_MS = 4000;
const RECIPE_TOKENS = 200;

function recipe(speed: number): Load {
  const rows = traceRows(RECIPE, speed)
    .filter(({ dueMs }) => dueMs <= RECIPE_MS)
    .map((row) => ({ ...row, outputTokens: Math.min(row.outputTokens, RECIPE_TOKENS) }));
  return { rows, server: SERVER };
}

const burst = (size: number, outputTokens: number): Load => ({
  rows: burstRows({ bursts: 5, size, everyMs: 900 }, { inputTokens: 1000, outputTokens }),
  server: SERVER,
});

/** Prompts of three lengths at a server whose TTFT grows with them. */
const MIXED: Load = {
  rows: mergeRows(
    ...[500, 2000, 8000].map((inputTokens) =>
      uniformRows(40, 11 + inputTokens / 1000, { inputTokens, outputTokens: 80 }),
    ),
  ),
  server: { ttftMs: 30, itlMs: 10, ttftMsPerKchar: 4 },
};

const LOADS = {
  'events-300': uniform(4, 5),
  'events-3k': uniform(30, 4),
  'events-10k': uniform(100, 3),
  'events-30k': uniform(300, 3.4),
  'recipe-1x': recipe(1),
  'recipe-2x': recipe(2),
  'recipe-5x': recipe(5),
  'burst-20': burst(20, 60),
  'burst-100': burst(100, 30),
  'body-1kB': bodies(220),
  'body-40kB': bodies(9000),
  'body-400kB': bodies(90_000),
  mixed: MIXED,
} as const satisfies Readonly<Record<string, Load>>;

type LoadName = keyof typeof LOADS;

const ALL = Object.keys(LOADS) as LoadName[];
const SOME: readonly LoadName[] = ['events-300', 'events-3k', 'events-10k', 'burst-20', 'mixed'];

/** Which loads run under which disturbance; the quiet ones twice a round. */
const PLAN: readonly (readonly [name: string, Disturbance, readonly LoadName[]])[] = [
  ['quiet', {}, ALL],
  ['hogs-1', { hogs: 1 }, [...SOME, 'recipe-2x']],
  ['hogs-2', { hogs: 2 }, [...SOME, 'recipe-5x', 'body-40kB']],
  ['hogs-4', { hogs: 4 }, [...SOME, 'events-30k', 'burst-100', 'body-400kB']],
  ['stop-50ms', { stopMs: 50 }, SOME],
  ['stop-500ms', { stopMs: 500 }, [...SOME, 'recipe-1x']],
  ['stop-5s', { stopMs: 5000 }, ['events-300', 'events-3k', 'burst-20']],
  ['stall-5ms', { stall: { forMs: 5, everyMs: 50 } }, SOME],
  ['stall-30ms', { stall: { forMs: 30, everyMs: 150 } }, [...SOME, 'recipe-5x']],
  ['stall-200ms', { stall: { forMs: 200, everyMs: 1500 } }, [...SOME, 'body-40kB']],
  ['descriptors', { descriptors: 110 }, ['events-3k', 'events-10k']],
];

/** All cases: first one of every disturbance, then the next, so that a part is a mixture. */
export const CASES: readonly CalibrationCase[] = PLAN.flatMap(([name, disturbance, loads]) =>
  loads.map((load, place) => ({
    place,
    each: { name: `${load}/${name}`, disturbance, ...LOADS[load] },
  })),
)
  .sort((a, b) => a.place - b.place)
  .map(({ each }) => each);
