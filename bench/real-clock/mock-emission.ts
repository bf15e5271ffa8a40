import { type MockOptionsInput, startMock } from '@trace-replay/mock';

import { readProcessTimes } from '../machine/cpu-seconds.ts';
import { runReplay } from './replay-run.ts';
import { uniformRows } from '../input/trace.ts';

export const EVENTS_PER_SECOND = 10_000;
const OUTPUT_TOKENS = 300;

/** What serves: known times, and a deployment whose steps take about as long. */
export const EMITTERS = {
  'known times': { latency: { ttftMs: 50, itlMs: 10 } },
  'known times, spin': { latency: { ttftMs: 50, itlMs: 10 }, spin: true },
  // Every token a chunk, and a place for every request.
  deployment: {
    deployment: {
      like: 'disaggregated-kv',
      timeScale: 0.5,
      streamInterval: 1,
      sequencesPerRank: 64,
    },
  },
} as const satisfies Record<string, MockOptionsInput>;

export type EmitterName = keyof typeof EMITTERS;

export interface MockEmission {
  readonly rows: number;
  readonly rowsOk: number;
  readonly tokens: number;
  /** User and system time of the mock's process for one chunk, requests and prompts included. */
  readonly cpuUsPerEvent: number;
  /** Handed over − due, as the mock counted it. */
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
}

/**
 * Has a mock of its own process make 10,000 chunks a second for our command, in a third one.
 *
 * @param lengthS seconds in which requests come
 */
export async function measureMockEmission(
  emitter: EmitterName,
  lengthS: number,
): Promise<MockEmission> {
  const perSecond = EVENTS_PER_SECOND / OUTPUT_TOKENS;
  const request = { inputTokens: 1000, outputTokens: OUTPUT_TOKENS };
  const rows = uniformRows(Math.round(lengthS * perSecond), perSecond, request);
  const mock = await startMock({ model: 'mock-model', ...EMITTERS[emitter] });
  try {
    const seconds = () => readProcessTimes(mock.pid)?.ownSeconds ?? NaN;
    const startSeconds = seconds();
    const { summary } = await runReplay({ url: mock.url, rows });
    const cpuSeconds = seconds() - startSeconds;
    const journal = await mock.journal();
    const { count, p50_ns, p99_ns, max_ns } = journal.summary.emission_lag;
    const [lagP50Ms, lagP99Ms, lagMaxMs] = [p50_ns, p99_ns, max_ns].map((ns) => (ns ?? NaN) / 1e6);
    return {
      rows: rows.length,
      rowsOk: summary.rows.ok,
      tokens: journal.requests.reduce((sum, { tokens_sent: tokens }) => sum + tokens, 0),
      cpuUsPerEvent: (cpuSeconds * 1e6) / count,
      lagP50Ms: lagP50Ms!,
      lagP99Ms: lagP99Ms!,
      lagMaxMs: lagMaxMs!,
    };
  } finally {
    await mock.stop();
  }
}

/** Share of a core that 10,000 events a second take. */
export function shareOfCore({ cpuUsPerEvent }: MockEmission): number {
  return (cpuUsPerEvent * EVENTS_PER_SECOND) / 1e6;
}

/** What heads the columns of `emissionCells`. */
export const EMISSION_HEAD = ['mock', 'of a core', 'µs/event', 'lag p50 ms', 'p99 ms', 'max ms'];

export function emissionCells(name: EmitterName, emission: MockEmission): readonly string[] {
  const { cpuUsPerEvent, lagP50Ms, lagP99Ms, lagMaxMs } = emission;
  return [
    name,
    `${(100 * shareOfCore(emission)).toFixed(0)} %`,
    cpuUsPerEvent.toFixed(1),
    ...[lagP50Ms, lagP99Ms, lagMaxMs].map((ms) => ms.toFixed(2)),
  ];
}
