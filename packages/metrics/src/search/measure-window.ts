import type { SearchBlock, SearchProbe } from '../schemas/search.ts';
import { nsToMs } from '../values/units.ts';
import { withoutUnknown } from '../values/without-unknown.ts';

/** One row of a probe. Instants are nanoseconds from the due time of the first row. */
export interface ProbeRow {
  readonly dueNs: number;
  /** Absent for a row that has not ended. */
  readonly endedNs?: number | undefined;
  readonly isOk: boolean;
  /** Good when latencies count from the schedule. */
  readonly isGood: boolean;
  /** The first limit that a bad row broke; `failed` for one without an answer. */
  readonly broke?: string | undefined;
  readonly ttftMs?: number | undefined;
  readonly itlMs?: number | undefined;
  readonly lagMs?: number | undefined;
  readonly inputTokens: number;
  /** Absent if the server does not say. */
  readonly cachedTokens?: number | undefined;
}

export interface ProbeWindow {
  readonly rampS: number;
  readonly windowS: number;
}

/** Length of a stretch whose rows share their fate, s; a window has six of them at least. */
const BLOCK_S = 10;
const FEWEST_BLOCKS = 6;
/** Instants at which the rows in flight are counted. */
const FLIGHT_SAMPLES = 20;
/** A percentile is given only if so many values lie above it. */
const FEWEST_ABOVE = 10;

type Measured = Omit<SearchProbe, 'speed' | 'seed' | 'purpose' | 'took_s'>;

/** Counts the rows of a probe's window. Rows of the ramp count only for what was served. */
export function measureWindow(rows: readonly ProbeRow[], window: ProbeWindow): Measured {
  const fromNs = window.rampS * 1e9;
  const toNs = fromNs + window.windowS * 1e9;
  const counted = rows.filter(({ dueNs }) => dueNs >= fromNs && dueNs < toNs);
  const served = rows.filter(({ isOk, endedNs = Infinity }) => {
    return isOk && endedNs >= fromNs && endedNs < toNs;
  });
  const ok = counted.filter(({ isOk }) => isOk);
  const ttft = sorted(ok.map(({ ttftMs }) => ttftMs));
  const itl = sorted(ok.map(({ itlMs }) => itlMs));
  return withoutUnknown({
    blocks: blocksOf(counted, fromNs, toNs),
    offered_per_s: counted.length / window.windowS,
    served_per_s: served.length / window.windowS,
    broken: brokenLimits(counted),
    ttft_p50_ms: percentile(ttft, 0.5),
    ttft_p95_ms: percentile(ttft, 0.95),
    itl_p50_ms: percentile(itl, 0.5),
    itl_p95_ms: percentile(itl, 0.95),
    latency_p50_ms: percentile(sorted(ok.map(latencyOf)), 0.5),
    lag_p99_ms: percentile(sorted(counted.map(({ lagMs }) => lagMs)), 0.99),
    in_flight_per_s: flightGrowth(rows, fromNs, toNs),
    cached_share: cachedShare(ok),
  });
}

function blocksOf(rows: readonly ProbeRow[], fromNs: number, toNs: number): SearchBlock[] {
  const count = Math.max(FEWEST_BLOCKS, Math.round((toNs - fromNs) / 1e9 / BLOCK_S));
  const blocks = Array.from({ length: count }, () => ({ rows: 0, good: 0 }));
  for (const { dueNs, isGood } of rows) {
    const block = blocks[Math.floor(((dueNs - fromNs) / (toNs - fromNs)) * count)]!;
    block.rows += 1;
    if (isGood) block.good += 1;
  }
  return blocks;
}

function brokenLimits(rows: readonly ProbeRow[]): Record<string, number> {
  const broken: Record<string, number> = {};
  for (const { isGood, broke = 'failed' } of rows) {
    if (!isGood) broken[broke] = (broken[broke] ?? 0) + 1;
  }
  return broken;
}

/** Slope of the least-squares line through the rows in flight at equal intervals, 1/s. */
export function flightGrowth(rows: readonly ProbeRow[], fromNs: number, toNs: number): number {
  const step = (toNs - fromNs) / FLIGHT_SAMPLES;
  const middle = (FLIGHT_SAMPLES - 1) / 2;
  let products = 0;
  let squares = 0;
  for (let sample = 0; sample < FLIGHT_SAMPLES; sample++) {
    const atNs = fromNs + (sample + 0.5) * step;
    const inFlight = rows.filter(({ dueNs, endedNs = Infinity }) => {
      return dueNs <= atNs && endedNs > atNs;
    }).length;
    products += (sample - middle) * inFlight;
    squares += (sample - middle) ** 2;
  }
  return products / squares / (step / 1e9);
}

function latencyOf({ dueNs, endedNs }: ProbeRow): number | undefined {
  return endedNs === undefined ? undefined : nsToMs(endedNs - dueNs);
}

function cachedShare(rows: readonly ProbeRow[]): number | undefined {
  const said = rows.filter(({ cachedTokens }) => cachedTokens !== undefined);
  const prompt = said.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
  if (prompt === 0) return undefined;
  return said.reduce((sum, { cachedTokens = 0 }) => sum + cachedTokens, 0) / prompt;
}

function sorted(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined).sort((a, b) => a - b);
}

function percentile(ascending: readonly number[], share: number): number | undefined {
  const at = Math.ceil(share * ascending.length) - 1;
  return ascending.length - 1 - at < FEWEST_ABOVE ? undefined : ascending[at];
}
