import {
  Accumulator,
  parseObjectives,
  type RequestRecord,
  summarize,
  type Summary,
  type SummaryContext,
} from '@trace-replay/metrics';

import { RunData } from '../data/run-data.ts';

/** A run that never was, for pictures: the same every time. */
export interface SyntheticOptions {
  readonly rows: number;
  /** Mean seconds between rows. */
  readonly gapSeconds?: number;
  readonly outputTokens?: number;
  /** One of so many rows fails; 0 for none. */
  readonly failEvery?: number;
  readonly objectives?: string;
  readonly seed?: number;
  /** Changes a record before it is counted. */
  readonly change?: (record: RequestRecord) => RequestRecord;
  readonly context?: Partial<SummaryContext>;
}

/** Records of a server that slows down in the middle of the run. */
export function* syntheticRecords({
  rows,
  gapSeconds = 0.4,
  outputTokens = 40,
  failEvery = 47,
  seed = 1,
  change = (record) => record,
}: SyntheticOptions): Generator<RequestRecord, void, undefined> {
  const random = randomFrom(seed);
  let dueNs = 0;
  for (let row = 0; row < rows; row++) {
    if (row > 0) dueNs += Math.round(-Math.log(1 - random()) * gapSeconds * 1e9);
    const part = row / rows;
    const slow = part > 0.55 && part < 0.7 ? 1 + 90 * (part - 0.55) : 1;
    const inputTokens = Math.round(64 * Math.exp(5 * random()));
    const asked = 1 + Math.floor(2 * outputTokens * random());
    const sentNs = dueNs + Math.round(2e5 + 1e6 * random() ** 6);
    const ttftNs = Math.round((60e6 + inputTokens * 4e4) * slow * (0.8 + 0.5 * random()));
    const firstNs = sentNs + ttftNs;
    const itlNs = 14e6 * (0.9 + 0.3 * random()) * Math.sqrt(slow);
    const base = {
      schema_version: 1,
      row,
      due_ns: dueNs,
      dispatched_ns: dueNs,
      sent_ns: sentNs,
      flushed_ns: sentNs + 1000,
      input_tokens_asked: inputTokens,
      output_tokens_asked: asked,
      target: row % 3,
      body_bytes: 4 * inputTokens,
    } as const;
    const failAt = slow > 1 ? Math.ceil(failEvery / 6) : failEvery;
    if (failEvery > 0 && row % failAt === failAt - 1) {
      const isLate = row % 2 === 0;
      yield change({
        ...base,
        outcome: 'failed',
        end_ns: firstNs + (isLate ? 3e9 : 0),
        failure: isLate
          ? { class: 'timed_out', phase: 'first_token' }
          : { class: 'http_status', code: '503', message: 'upstream overloaded' },
      });
      continue;
    }
    let atNs = firstNs;
    const contentNs = Array.from({ length: asked }, (_, token) => {
      if (token > 0) atNs += Math.round(itlNs * (random() < 0.004 ? 12 : 0.7 + 0.6 * random()));
      return atNs;
    });
    yield change({
      ...base,
      outcome: 'ok',
      http_status: 200,
      headers_ns: firstNs - 1000,
      content_ns: contentNs,
      end_ns: atNs + 50_000,
      finish_reason: 'length',
      output_tokens: asked,
      output_tokens_by: 'usage',
      prompt_tokens: inputTokens,
      cached_tokens: Math.floor(inputTokens * Math.min(0.9, part + 0.3 * random())),
    });
  }
}

/** Its records counted twice, as the command does: for the summary, then for the pictures. */
export function syntheticRun(options: SyntheticOptions): { data: RunData; summary: Summary } {
  const objectives = parseObjectives(
    options.objectives ?? 'time_to_first_token:1000 inter_token_latency:25',
  );
  const accumulator = new Accumulator({ objectives });
  for (const record of syntheticRecords(options)) accumulator.add(record);
  const summary = summarize(accumulator, { ...contextOf(options.rows), ...options.context });
  const data = new RunData(summary, objectives);
  for (const record of syntheticRecords(options)) data.add(record);
  return { data, summary };
}

const lateness = { count: 1000, mean: 0.05, p50: 0.04, p90: 0.09, p95: 0.12, p99: 0.3 };

function contextOf(rows: number): SummaryContext {
  return {
    status: 'completed',
    run: { id: '1785000000_agg-kv', name: 'agg-kv', started_at: '2026-01-02T03:04:05.678Z' },
    conditions: {
      trace: {
        file: 'traces/conversation.jsonl',
        sha256: '0123456789abcdef'.repeat(4),
        rows,
        selected_rows: rows,
        first_row: 0,
        block_size: 512,
        cache_prediction: { cached_tokens: 700, prompt_tokens: 1000, mean_hit_rate: 0.6 },
      },
      model: 'deepseek-v3',
      endpoint: 'chat',
      urls: ['http://node-1:8000', 'http://node-2:8000', 'http://node-3:8000'],
      seed: 42,
      speedup: 1,
      output_length: 'exact',
      prompt_algorithm: 'words-1',
      flags: { speedup: 1 },
      versions: { trace_replay: '0.1.0', node: '20.20.2', undici: '7.30.2' },
      host: { os: 'linux', arch: 'x64', cpus: 2, memory_bytes: 8_589_934_592 },
    },
    totalRows: rows,
    readings: {
      schedule: { rows, instants: rows, span_ms: Math.max(1, 400 * rows) },
      loops: {
        loops: 1,
        observed_ms: 60_000,
        receive_error: { ...lateness, p99_9: 0.5, max: 0.6 },
        send_error: { ...lateness, p99_9: 0.4, max: 0.5 },
        loop_delay: { ...lateness, p99_9: 0.7, max: 1.1 },
        gc: { count: 6, total_ms: 9, longest_ms: 2 },
        utilization: 0.1,
      },
      host: {
        observed_ms: 60_000,
        cpu: { cores_allowed: 2, cores_used: 0.3 },
        descriptors: { limit: 20_000, peak_open: 60 },
        clocks: { drift_ms: 0.1, largest_step_ms: 0.1, suspended_ms: 0 },
        memory: { peak_rss_bytes: 120_000_000 },
      },
    },
    zeroUnixMs: 1_767_323_045_678,
  };
}

/** Mulberry32: a small generator with one word of state. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
