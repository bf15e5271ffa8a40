/**
 * How much the lag of a client changes the results of a server: traces through deployments of
 * the mock in virtual time, with and without the lags of real runs, scaled. Plain node over the
 * built packages: `node bench/tools/schedule-lag.mjs [trace.jsonl …]`. The table of
 * docs/schedule-lag.md is its output.
 */
import { readFileSync } from 'node:fs';

import { simulate } from '../../packages/mock/dist/index.js';
import { deploymentSchema, worksOfTrace } from '../../packages/mock/dist/internal.js';

const ROOT = new URL('../../', import.meta.url);
const paths = process.argv.slice(2);
const TRACES =
  paths.length > 0 ? paths : ['fixtures/traces/recipe.jsonl', 'fixtures/traces/thousand.jsonl'];
const DEPLOYMENTS = [
  'aggregated-round-robin',
  'disaggregated-kv',
  '{"like":"aggregated-round-robin","prefixCache":true,"router":"kv-aware"}',
];
/** Each trace is stretched so that the mean queue of the deployment is short, or long. */
const LOADS = [0.4, 0.8];
const DRAWS = 8;
const RATIOS = [0.02, 0.1, 0.2, 0.5, 1, 2, 5];

/** Lags of real runs in ms at these shares: scaled, so that only their shape matters. */
const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
const RECORDED = {
  'quiet machine': [0.009, 0.02, 0.043, 0.107, 0.469, 2.98, 7.35, 16.4, 27.8],
  'busy machine': [0.006, 0.044, 0.432, 1.96, 6.04, 12.5, 17.8, 29.1, 36.5],
  'no core to spare': [0.059, 0.46, 0.891, 2.45, 24.3, 45.9, 63.3, 171, 172],
};
/** Share of the time in which the client stands still: rows due then leave at its end. */
const STALLED = { 'stalls, 2 % of the time': 0.02, 'stalls, 10 % of the time': 0.1 };

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function lagAt(shape, share) {
  const step = SHARES.findLastIndex((each) => each <= share);
  const next = Math.min(step + 1, SHARES.length - 1);
  const width = SHARES[next] - SHARES[step];
  const part = width === 0 ? 0 : (share - SHARES[step]) / width;
  return shape[step] + part * (shape[next] - shape[step]);
}

/** A function from a due time to a lag, both in ms, whose p99 over the run is `p99Ms`. */
function lagsOf(name, p99Ms, random) {
  const recorded = RECORDED[name];
  if (recorded !== undefined) {
    const scale = p99Ms / recorded[7];
    return () => scale * lagAt(recorded, random());
  }
  // Of a stall of length L over a share s of the time, one row in a hundred is late by more than
  // L × (1 − 1 % ÷ s).
  const share = STALLED[name];
  const lengthMs = p99Ms / (1 - 0.01 / share);
  const periodMs = lengthMs / share;
  const firstMs = random() * periodMs;
  return (dueMs) => Math.max(0, lengthMs - ((dueMs + firstMs) % periodMs));
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function resultsOf(works, deployment, seed, limits) {
  const served = simulate(works, { deployment, seed }).filter((each) => each.served !== undefined);
  const rows = served.map(({ work, served: { firstTokenNs, lastTokenNs } }) => ({
    ttft: (firstTokenNs - work.arrivedNs) / 1e6,
    itl: (lastTokenNs - firstTokenNs) / Math.max(work.outputTokens - 1, 1) / 1e6,
  }));
  const ttfts = rows.map(({ ttft }) => ttft).sort((a, b) => a - b);
  const itls = rows.map(({ itl }) => itl).sort((a, b) => a - b);
  const own = { ttft: quantile(ttfts, 0.75), itl: quantile(itls, 0.9) };
  const { ttft, itl } = limits ?? own;
  const good = rows.filter((row) => row.ttft <= ttft && row.itl <= itl).length;
  return {
    limits: own,
    p50: quantile(ttfts, 0.5),
    p90: quantile(ttfts, 0.9),
    p99: quantile(ttfts, 0.99),
    goodput: good / works.length,
  };
}

/** Rows due together leave together, in their order. */
function late(works, lagOf) {
  const lags = new Map();
  const lagNsOf = (dueNs) => {
    if (!lags.has(dueNs)) lags.set(dueNs, lagOf(dueNs / 1e6) * 1e6);
    return lags.get(dueNs);
  };
  return works
    .map((work) => ({ ...work, arrivedNs: work.arrivedNs + lagNsOf(work.arrivedNs) }))
    .sort((a, b) => a.arrivedNs - b.arrivedNs);
}

function readTrace(path) {
  return readFileSync(path.startsWith('/') ? path : new URL(path, ROOT), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map((row) => ({
      timestampMs: row.timestamp,
      inputLength: row.input_length,
      outputLength: row.output_length,
      hashIds: row.hash_ids,
    }));
}

/** Rows of the trace at a speed at which the rows in service are `load` of what keeps up. */
function worksAt(rows, deployment, load) {
  const { blockTokens } = deployment;
  const all = [...worksOfTrace(rows, { blockTokens })];
  // All at once: the time that the deployment needs for them is the fastest trace it keeps up with.
  const atOnce = simulate(
    all.map((work) => ({ ...work, arrivedNs: 0 })),
    { deployment, seed: 1 },
  );
  const needNs = Math.max(...atOnce.map(({ served }) => served?.lastTokenNs ?? 0));
  const stretch = needNs / load / Math.max(1, all.at(-1).arrivedNs);
  return all.map((work) => ({ ...work, arrivedNs: work.arrivedNs * stretch }));
}

const FIGURES = ['p50', 'p90', 'p99', 'goodput'];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Changes by shape and ratio: one for each trace, deployment, load and draw. */
const changesOf = new Map();

for (const path of TRACES) {
  const rows = readTrace(path);
  for (const name of DEPLOYMENTS) {
    const deployment = deploymentSchema.parse(name.startsWith('{') ? JSON.parse(name) : name);
    for (const load of LOADS) {
      const works = worksAt(rows, deployment, load);
      const seeds = Array.from({ length: DRAWS }, (_, draw) => draw + 1);
      const onTime = seeds.map((seed) => resultsOf(works, deployment, seed));
      const { limits } = onTime[0];
      const reference = seeds.map((seed) => resultsOf(works, deployment, seed, limits));
      const typicalMs = mean(reference.map(({ p50 }) => p50));
      for (const shape of [...Object.keys(RECORDED), ...Object.keys(STALLED)]) {
        for (const ratio of RATIOS) {
          for (const [draw, seed] of seeds.entries()) {
            const lagOf = lagsOf(shape, ratio * typicalMs, randomOf(1000 * seed));
            const changed = resultsOf(late(works, lagOf), deployment, seed, limits);
            const before = reference[draw];
            const change = FIGURES.map((figure) => changed[figure] / before[figure] - 1);
            const key = `${shape} | ${ratio}`;
            changesOf.set(key, [...(changesOf.get(key) ?? []), change]);
          }
        }
      }
    }
  }
}

/** Mean and its standard error: one queue or another is a matter of chance. */
function cellOf(values) {
  const average = mean(values);
  const variance = mean(values.map((value) => (value - average) ** 2));
  const error = Math.sqrt(variance / (values.length - 1));
  return `${(100 * average).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
}

console.log('| lag as on a | lag p99 ÷ TTFT p50 | TTFT p50 | TTFT p90 | TTFT p99 | goodput |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [key, changes] of changesOf) {
  const cells = FIGURES.map((_figure, nth) => cellOf(changes.map((each) => each[nth])));
  console.log(`| ${key} | ${cells.join(' | ')} |`);
}
