/**
 * What the mock's deployments make of a trace, in virtual time, and how long that takes. Plain node
 * over the built packages: `node bench/tools/serving-model.mjs trace.jsonl [like or
 * JSON of a deployment …]`.
 */
import { readFileSync } from 'node:fs';

import { simulate } from '../../packages/mock/dist/index.js';
import { deploymentSchema, worksOfTrace } from '../../packages/mock/dist/internal.js';

const [path, ...given] = process.argv.slice(2);
const DEFAULTS = [
  'aggregated-round-robin',
  'disaggregated-kv',
  '{"like":"aggregated-round-robin","prefixCache":true}',
  '{"like":"aggregated-round-robin","prefixCache":true,"router":"kv-aware"}',
];

const rows = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))
  .map((row) => ({
    timestampMs: row.timestamp,
    inputLength: row.input_length,
    outputLength: row.output_length,
    hashIds: row.hash_ids,
  }));

for (const name of given.length > 0 ? given : DEFAULTS) {
  const deployment = deploymentSchema.parse(name.startsWith('{') ? JSON.parse(name) : name);
  const startMs = performance.now();
  const works = worksOfTrace(rows, { blockTokens: deployment.blockTokens });
  const requests = simulate(works, { deployment, seed: Number(process.env.SEED ?? 1) });
  const tookS = (performance.now() - startMs) / 1000;
  console.log(`${name}: ${requests.length} rows in ${tookS.toFixed(1)} s`);
  report(requests, deployment);
}

function report(requests, { blockTokens }) {
  const served = requests.filter(({ served }) => served !== undefined);
  const ttft = served.map(({ work, served }) => (served.firstTokenNs - work.arrivedNs) / 1e6);
  const itl = served
    .filter(({ work }) => work.outputTokens > 1)
    .map(({ work, served }) => {
      return (served.lastTokenNs - served.firstTokenNs) / (work.outputTokens - 1) / 1e6;
    });
  const e2e = served.map(({ work, served }) => (served.lastTokenNs - work.arrivedNs) / 1e6);
  const lastNs = Math.max(...served.map(({ served }) => served.lastTokenNs));
  const sum = (values) => values.reduce((all, value) => all + value, 0);
  const tokens = sum(served.map(({ work }) => work.outputTokens));
  const cached = sum(served.map(({ served }) => served.facts.cachedTokens));
  const input = sum(served.map(({ work }) => work.inputTokens));
  console.log(
    `  ${((served.length / lastNs) * 1e9).toFixed(3)} requests/s, ` +
      `${((tokens / lastNs) * 1e9).toFixed(1)} tokens/s, cached ${((100 * cached) / input).toFixed(1)} %` +
      ` (blocks of ${blockTokens}), refused ${requests.length - served.length}`,
  );
  for (const [label, values] of Object.entries({ ttft, itl, e2e })) {
    values.sort((a, b) => a - b);
    const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    const shown = [sum(values) / values.length, at(0.5), at(0.9), at(0.99)];
    console.log(`  ${label} mean, p50, p90, p99 ms: ${shown.map((v) => v.toFixed(1)).join(' / ')}`);
  }
}
