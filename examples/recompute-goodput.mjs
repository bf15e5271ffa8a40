// Goodput from records.jsonl alone, without our libraries, to the last bit of summary.json.
//   node examples/recompute-goodput.mjs artifacts/1785000000_replay/trace
import { readFileSync } from 'node:fs';

const directory = process.argv[2];
const summary = JSON.parse(readFileSync(`${directory}/summary.json`, 'utf8'));
if (summary.goodput === undefined) throw new Error('Goodput is not measurable in this run.');
const limitNs = Object.fromEntries(
  summary.goodput.objectives.map(({ metric, limit_ms }) => [metric, Math.round(limit_ms * 1e6)]),
);
const lines = readFileSync(`${directory}/records.jsonl`, 'utf8').trimEnd().split('\n');
const isGood = ({ outcome, length_mismatch, content_ns: at, sent_ns, output_tokens: tokens }) =>
  outcome === 'ok' &&
  !length_mismatch &&
  at[0] - sent_ns <= (limitNs.time_to_first_token ?? Infinity) &&
  at.at(-1) - sent_ns <= (limitNs.request_latency ?? Infinity) &&
  at.at(-1) - at[0] <= (limitNs.inter_token_latency ?? Infinity) * Math.max(tokens - 1, 0);
const records = lines.map((line) => JSON.parse(line));
const good = records.filter(isGood).length;
const seconds = Math.max(...records.map(({ end_ns = 0 }) => end_ns)) / 1e9;

console.log(good, good / summary.rows.total, good / seconds);
