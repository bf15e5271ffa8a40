import type { Conditions } from '../schemas/conditions.ts';
import type { Summary } from '../schemas/summary.ts';

/** Conditions for tests: those of a run that never was. */
export const GOLDEN_CONDITIONS: Conditions = {
  trace: {
    file: 'traces/golden.jsonl',
    sha256: '0123456789abcdef'.repeat(4),
    rows: 20,
    selected_rows: 16,
    first_row: 0,
    block_size: 512,
    // 1,600 tokens were asked for.
    cache_prediction: { cached_tokens: 128, prompt_tokens: 1600, mean_hit_rate: 0.08 },
  },
  model: 'deepseek-v3',
  endpoint: 'chat',
  urls: ['http://localhost:8000'],
  seed: 42,
  speedup: 1,
  limit: 16,
  output_length: 'exact',
  prompt_algorithm: 'words-1',
  flags: { limit: 16 },
  versions: { trace_replay: '0.1.0', node: '20.20.2', undici: '7.30.2' },
  host: { os: 'linux', arch: 'x64', cpus: 2, memory_bytes: 8_589_934_592 },
};

export const GOLDEN_RUN = { name: 'golden', started_at: '2026-01-02T03:04:05.678Z' };

/** Row 9 ends last, at 1,090.1 ms. */
const SECONDS = 1.0901;

/** The summary of all golden records, computed by hand; means are sum in ns ÷ count ÷ 10⁶. */
export const GOLDEN_SUMMARY: Summary = {
  schema_version: 1,
  status: 'stopped',
  run: GOLDEN_RUN,
  // ok: 0 1 2 3 5 8 10 11 12 13; failed: 4 9 14 15.
  rows: { total: 16, ok: 10, failed: 4, aborted_inflight: 1, not_sent: 1, length_mismatch: 1 },
  failures: { timed_out: 1, refused: 1, http_status: 1, in_stream_error: 1 },
  failure_details: [
    { class: 'timed_out', phase: 'first_token', count: 1, first_row: 9 },
    { class: 'refused', code: 'ECONNREFUSED', count: 1, first_row: 14 },
    { class: 'http_status', code: '529', count: 1, message: 'overloaded', first_row: 15 },
    { class: 'in_stream_error', code: '500', count: 1, message: 'worker died', first_row: 4 },
  ],
  notes: { done_missing: 1, usage_missing: 1 },
  metrics: {
    // 100 50 50 100 50 50 150 200 50 50
    time_to_first_token: figures(10, 850_000_000, 50, 200),
    // 10 2.5 10 10 10 10 20 20.000001 3.333333
    inter_token_latency: figures(9, 95_833_334, 2.5, 20.000001),
    // 130 50 100 120 60 70 160 240 90.000001 60
    request_latency: figures(10, 1_080_000_001, 50, 240),
    // 100.1 50.1 50.1 100.2 50.1 50.1 230 200.1 50 50.1
    time_to_first_token_from_schedule: figures(10, 930_900_000, 50, 230),
    // 130.1 50.1 100.1 120.2 60.1 70.1 240 240.1 90.000001 60.1
    request_latency_from_schedule: figures(10, 1_160_900_001, 50.1, 240.1),
    // 10 10 10; 50; 10 10; 10; 10 10; 10; 40; 40.000001; 0 0.01 9.99
    inter_chunk_latency: figures(15, 230_000_001, 0, 50),
    // 0.1 eleven times, 0.2, 80, 0
    schedule_lag: figures(14, 81_300_000, 0, 80),
    connect_time: figures(1, 50_000, 0.05, 0.05),
    socket_wait: figures(1, 75_000_000, 75, 75),
    // The ok rows above, and 4 failed + 1 aborted + 1 not sent.
    time_to_first_token_all_rows: { unit: 'ms', count: 16, infinite: 6, min: 50 },
    inter_token_latency_all_rows: { unit: 'ms', count: 15, infinite: 6, min: 2.5 },
    request_latency_all_rows: { unit: 'ms', count: 16, infinite: 6, min: 50 },
  },
  goodput: {
    objectives: [
      { metric: 'time_to_first_token', limit_ms: 200 },
      { metric: 'inter_token_latency', limit_ms: 20 },
    ],
    // 0 1 2 3 8 10 11 13, of 4 + 1 + 21 + 3 + 3 + 2 + 3 + 4 tokens
    good: 8,
    fraction: 8 / 16,
    requests_per_second: 8 / SECONDS,
    tokens_per_second: 41 / SECONDS,
    // Without 10 and 11.
    good_from_schedule: 6,
    // Without 1, with 5.
    good_as_aiperf: 8,
  },
  rates: {
    requests_per_second: 10 / SECONDS,
    output_tokens_per_second: 46 / SECONDS,
    // Prompts: 107 + 107 + 108 by usage, 7 × 100 as asked.
    total_tokens_per_second: (1022 + 46) / SECONDS,
  },
  // 41 of the good rows, 2 of row 5, 3 of row 12; row 5 was asked for 5.
  tokens: {
    output_asked: 49,
    output_counted: 46,
    counted_by: { usage: 9, chunks: 1 },
    // Rows 11 and 12: three tokens in two events.
    itl_by: { first_token: 2 },
  },
  prompt: { rows: 3, requested: 300, counted: 322, drift: { min: 7, max: 8, mean: 22 / 3 } },
  cache: {
    observed: { rows: 2, cached_tokens: 64, prompt_tokens: 215 },
    // 0.25 of row 0, 0 of row 2.
    router: { rows: 2, mean_hit_rate: 0.125 },
    predicted: { rows: 16, cached_tokens: 128, prompt_tokens: 1600, mean_hit_rate: 0.08 },
  },
  // 4 + 1 + 2 + 3 + 2 + 3 + 2 + 2 + 2 + 4 chunks in 10 rows.
  arrivals: { chunks: 25, gaps: 15, coalesced: 2 },
  duration_seconds: SECONDS,
  // 0.1 ms, sent of row 0, to 350.1 ms, last content of row 11.
  benchmark_duration_seconds: 0.35,
  conditions: GOLDEN_CONDITIONS,
};

/** Too few values for any percentile. */
function figures(count: number, sumNs: number, min: number, max: number) {
  return { unit: 'ms' as const, count, mean: sumNs / count / 1e6, min, max };
}
