import fc from 'fast-check';

import { METRIC_TAGS } from '../record/catalog.ts';
import { DEFAULT_OBJECTIVES, objectivesForFile } from '../record/objectives.ts';
import { LATENCY_CLAIMS, type LatencyClaim } from '../schemas/fidelity.ts';
import type { Distribution, Summary } from '../schemas/summary.ts';
import type { ScrapedEndpoint } from '../schemas/server-metrics.ts';
import { QUIET } from './drawn-readings.ts';
import { GOLDEN_SUMMARY } from './golden-summary.ts';

const count = fc.integer({ min: 1, max: 999_999_999 });
const ms = fc.double({ min: 0, max: 9_999_999, noNaN: true });
const word = fc.string({ minLength: 1, maxLength: 60 });

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}

const distribution: fc.Arbitrary<Distribution> = fc
  .tuple(count, fc.array(ms, { minLength: 8, maxLength: 8 }), fc.nat(5))
  .map(([values, figures, most]) => {
    const [min = 0, p50, p90, p95, p99, p99_9, mean = 0, max = 0] = figures.sort((a, b) => a - b);
    const percentiles = Object.entries({ p50, p90, p95, p99, p99_9 }).slice(0, most);
    return { unit: 'ms', count: values, mean, min, max, ...Object.fromEntries(percentiles) };
  });

const claim: fc.Arbitrary<LatencyClaim> = fc.record({
  verdict: fc.constantFrom('valid', 'degraded', 'invalid'),
  p99: fc.record({ value_ms: ms, error_ms: maybe(ms), verdict: fc.constant('valid') }),
});

function each<Name extends string, T>(names: readonly Name[], value: fc.Arbitrary<T>) {
  const fields = names.map((name) => [name, maybe(value)] as const);
  return fc.record(Object.fromEntries(fields));
}

const server = fc.record({
  endpoints: fc.constant<ScrapedEndpoint[]>([]),
  check: fc.record({
    source: fc.constantFrom('dynamo_frontend', 'vllm', 'sglang'),
    requests: fc.constant({ server: 1, ours: 1, difference: 0 }),
    output_tokens: fc.constant({ server: 1, ours: 1, difference: 0 }),
    time_to_first_token_mean_ms: maybe(fc.record({ server: ms, ours: ms, difference: ms })),
  }),
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const cached = fc.record({ rows: count, cached_tokens: fc.nat(), prompt_tokens: count });

/** Runs in which everything went well: all rows ok, a valid measurement; the figures are any. */
export const healthySummaries: fc.Arbitrary<Summary> = fc
  .record({
    ...{ rows: count, name: word, file: word, model: word, tokens: fc.nat(), drift: fc.nat(9) },
    urls: fc.array(fc.webUrl({ size: 'small' }), { minLength: 1, maxLength: 50 }),
    // Nobody waits for a socket where there is no ceiling on connections.
    metrics: each(
      METRIC_TAGS.filter((tag) => tag !== 'socket_wait'),
      distribution,
    ),
    claims: each(LATENCY_CLAIMS, claim),
    objectives: fc.constantFrom(DEFAULT_OBJECTIVES, [
      { metric: 'request_latency_from_schedule' as const, limitMs: 2_000_000.5 },
    ]),
    good: count,
    rate: maybe(ms),
    cache: maybe(
      fc.record({
        observed: maybe(cached),
        router: maybe(fc.record({ rows: count, mean_hit_rate: share })),
      }),
    ),
    server: maybe(server),
    chunks: count,
  })
  .map(({ rows, name, file, model, tokens, drift, urls, ...drawn }) => {
    const { conditions } = GOLDEN_SUMMARY;
    const { good, rate } = drawn;
    return {
      ...GOLDEN_SUMMARY,
      status: 'completed',
      run: { ...GOLDEN_SUMMARY.run, name },
      rows: {
        total: rows,
        ok: rows,
        failed: 0,
        aborted_inflight: 0,
        not_sent: 0,
        length_mismatch: 0,
      },
      ...{ failures: {}, failure_details: [], notes: {} },
      metrics: drawn.metrics,
      goodput: {
        objectives: objectivesForFile(drawn.objectives),
        good,
        ...{ requests_per_second: rate, tokens_per_second: rate },
        ...{ good_from_schedule: rows, good_as_aiperf: rows },
      },
      rates: { requests_per_second: rate, output_tokens_per_second: rate },
      tokens: {
        ...{ output_asked: tokens, output_counted: tokens },
        counted_by: { usage: rows, chunks: 0 },
      },
      prompt: {
        ...{ rows, requested: tokens, counted: tokens },
        drift: { min: drift, max: drift, mean: drift },
      },
      cache: drawn.cache,
      server_metrics: drawn.server,
      arrivals: { chunks: drawn.chunks, gaps: drawn.chunks, coalesced: 0 },
      fidelity: { verdict: 'valid', claims: drawn.claims, reasons: [], inputs: QUIET },
      conditions: { ...conditions, urls, model, trace: { ...conditions.trace, file } },
    };
  });
