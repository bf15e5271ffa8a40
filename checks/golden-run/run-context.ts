import type { SummaryContext } from './adapter.ts';

const lateness = { count: 1000, mean: 0.05, p50: 0.04, p90: 0.09, p95: 0.12, p99: 0.3 };

/** All that a summary needs beside the records: of a run that never was. */
export function contextOf(rows: number): SummaryContext {
  return {
    status: 'completed',
    run: {
      id: 'golden-run',
      name: 'golden',
      started_at: '2026-01-02T03:04:05.678Z',
      ended_at: '2026-01-02T03:05:05.678Z',
    },
    conditions: {
      trace: {
        file: 'traces/golden.jsonl',
        sha256: '0123456789abcdef'.repeat(4),
        rows: rows + 7,
        selected_rows: rows,
        first_row: 0,
        block_size: 512,
        cache_prediction: { cached_tokens: 128, prompt_tokens: 1600, mean_hit_rate: 0.08 },
      },
      model: 'mock-model',
      endpoint: 'chat',
      urls: ['http://localhost:8000'],
      seed: 42,
      speedup: 1,
      limit: rows,
      output_length: 'exact',
      prompt_algorithm: 'words-1',
      flags: { limit: rows },
      versions: { trace_replay: '0.1.0', node: '20.20.2', undici: '7.30.2' },
      host: { os: 'linux', arch: 'x64', cpus: 2, memory_bytes: 8_589_934_592 },
    },
    totalRows: rows,
    notSent: 1,
    bodies: { count: rows - 3, bytes: 12_345, digest: 'fedcba9876543210'.repeat(4) },
    readings: {
      schedule: { rows, instants: rows - 1, span_ms: 42_000 },
      loops: {
        loops: 1,
        observed_ms: 60_000,
        receive_error: { ...lateness, p99_9: 0.5, max: 0.6 },
        send_error: { ...lateness, p99_9: 0.4, max: 0.5 },
        loop_delay: { ...lateness, p99_9: 0.7, max: 1.1 },
        gc: { count: 6, total_ms: 9, longest_ms: 2 },
        utilization: 0.1,
        run_queue: { on_core_ms: 5000, wait_ms: 20, slices: 900 },
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
