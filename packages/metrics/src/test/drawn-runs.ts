import type { RequestRecord } from '../record/record.ts';
import { createRandom, type Random } from '../compare/statistics/random.ts';

/**
 * Runs for tests of the comparison, as a busy deployment gives them: arrivals in calm and busy
 * phases, queues that build up and drain, so that the first tokens of neighbours are late together,
 * and a machine whose speed drifts. The trace comes from one seed, the run from another.
 */
export interface DrawnRun {
  readonly traceSeed: number;
  readonly runSeed: number;
  readonly rows: number;
  /** Times every time to first token; 1 for the deployment as it is. */
  readonly ttftFactor?: number;
  /** Requests served at once. */
  readonly servers?: number;
  /** Probability that a row fails. */
  readonly failing?: number;
}

interface DrawnRow {
  readonly dueMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export function drawRun(run: DrawnRun): RequestRecord[] {
  const { traceSeed, runSeed, rows, ttftFactor = 1, servers = 4, failing = 0 } = run;
  const random = createRandom(runSeed);
  const prefillDrift = createDrift(random, 5_000, 0.05);
  const decodeDrift = createDrift(random, 5_000, 0.04);
  const freeAtMs = new Float64Array(servers);
  return drawTrace(traceSeed, rows).map((row, index) => {
    const { dueMs, inputTokens, outputTokens } = row;
    const server = freeAtMs.indexOf(Math.min(...freeAtMs));
    const startMs = Math.max(dueMs, freeAtMs[server]!);
    const serviceMs =
      (30 + inputTokens * 0.08) * Math.exp(prefillDrift(dueMs) + 0.05 * normal(random));
    freeAtMs[server] = startMs + serviceMs;
    const ttftMs = (startMs + serviceMs - dueMs) * ttftFactor;
    const gapMs = 15 * Math.exp(decodeDrift(dueMs) + 0.02 * normal(random));
    const hasFailed = random() < failing;
    return recordOf({ row, index, ttftMs, lastMs: ttftMs + gapMs * (outputTokens - 1), hasFailed });
  });
}

/** 40 s calm and 20 s busy on average; busy is four times the rate, more than is served. */
function drawTrace(seed: number, rows: number): DrawnRow[] {
  const random = createRandom(seed);
  const drawn: DrawnRow[] = [];
  let [dueMs, isBusy, untilMs] = [0, false, 0];
  while (drawn.length < rows) {
    const inputTokens = Math.round(4000 * Math.exp(0.6 * normal(random)));
    drawn.push({ dueMs, inputTokens, outputTokens: 2 + Math.floor(200 * random()) });
    dueMs += (isBusy ? 80 : 320) * exponential(random);
    if (dueMs > untilMs) {
      isBusy = !isBusy;
      untilMs = dueMs + (isBusy ? 20_000 : 40_000) * exponential(random);
    }
  }
  return drawn;
}

/** An Ornstein-Uhlenbeck process read at ascending times: neighbours in time are alike. */
function createDrift(random: Random, lastsMs: number, deviation: number) {
  let [value, readMs] = [deviation * normal(random), 0];
  return (atMs: number) => {
    const kept = Math.exp(-(atMs - readMs) / lastsMs);
    value = value * kept + deviation * Math.sqrt(1 - kept * kept) * normal(random);
    readMs = atMs;
    return value;
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function exponential(random: Random): number {
  return -Math.log(1 - random());
}

interface Drawn {
  readonly row: DrawnRow;
  readonly index: number;
  readonly ttftMs: number;
  readonly lastMs: number;
  readonly hasFailed: boolean;
}

function recordOf({ row, index, ttftMs, lastMs, hasFailed }: Drawn): RequestRecord {
  const ns = (ms: number) => Math.round(ms * 1e6);
  const sent = {
    schema_version: 1 as const,
    row: index,
    due_ns: ns(row.dueMs),
    sent_ns: ns(row.dueMs),
    end_ns: ns(row.dueMs + lastMs),
    input_tokens_asked: row.inputTokens,
    output_tokens_asked: row.outputTokens,
  };
  if (hasFailed) return { ...sent, outcome: 'failed', failure: { class: 'reset' } };
  return {
    ...sent,
    outcome: 'ok',
    content_ns: [ns(row.dueMs + ttftMs), ns(row.dueMs + lastMs)],
    finish_reason: 'length',
    output_tokens: row.outputTokens,
    output_tokens_by: 'usage',
  };
}
