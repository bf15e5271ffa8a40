import {
  FAILURE_CLASSES,
  latencyOf,
  type RequestMetric,
  type RequestRecord,
} from '@trace-replay/metrics';
import { OUTCOMES, roundedNs } from '@trace-replay/metrics/internal';
import type { ReplayEvent } from '@trace-replay/replayer';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Our own figures of a run that goes on, as Prometheus reads them. */
export interface OwnMetrics {
  onEvent(event: ReplayEvent): void;
  /** Counts one record. */
  add(record: RequestRecord): void;
  /** The page, and the type that it has. */
  page(): Promise<{ readonly type: string; readonly text: string }>;
}

/**
 * Three a decade, from 1 ms to 8 minutes: the bounds of Dynamo's frontend, so that both compare.
 */
const SECONDS = [
  0.001, 0.0022, 0.0047, 0.01, 0.022, 0.047, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 47, 100, 220,
  480,
];

/** Metric of the catalog → what its histogram says of itself. */
const LATENCIES = {
  time_to_first_token: 'First byte sent to first content, of ok rows',
  inter_token_latency: 'Mean gap between the tokens of a row, of ok rows',
  request_latency: 'First byte sent to last content, of ok rows',
} as const satisfies Partial<Record<RequestMetric, string>>;

type Timed = keyof typeof LATENCIES;
const TIMED = Object.keys(LATENCIES) as Timed[];

/** A registry of its own for every run: nothing is counted over from another one. */
export function createOwnMetrics(): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  const rows = new Gauge({
    name: 'replay_rows',
    help: 'Rows that this process replays',
    registers,
  });
  const started = new Gauge({
    name: 'replay_zero_time_seconds',
    help: 'Unix time at which the first selected row is due',
    registers,
  });
  const dispatched = new Counter({
    name: 'replay_requests_dispatched_total',
    help: 'Rows handed to the client',
    registers,
  });
  const ended = new Counter({
    name: 'replay_requests_total',
    help: 'Rows that have ended, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const failed = new Counter({
    name: 'replay_failures_total',
    help: 'Failed rows by class',
    labelNames: ['class'],
    registers,
  });
  const inFlight = new Gauge({
    name: 'replay_requests_in_flight',
    help: 'Rows dispatched and not ended',
    registers,
  });
  const tokens = new Counter({
    name: 'replay_output_tokens_total',
    help: 'Output tokens of ok rows',
    registers,
  });
  const lag = new Histogram({
    name: 'replay_schedule_lag_seconds',
    help: 'Due to first byte sent',
    buckets: SECONDS,
    registers,
  });
  const latencies = TIMED.map((metric) => ({
    metric,
    histogram: new Histogram({
      name: `replay_${metric}_seconds`,
      help: LATENCIES[metric],
      buckets: SECONDS,
      registers,
    }),
  }));
  // A series that is there from the start has a rate from its first count.
  for (const outcome of OUTCOMES) ended.inc({ outcome }, 0);
  for (const failure of FAILURE_CLASSES) failed.inc({ class: failure }, 0);

  return {
    onEvent(event) {
      if (event.kind === 'started') {
        rows.set(event.rows);
        started.set(event.zero.unixMs / 1000);
      } else if (event.kind === 'request-dispatched') {
        dispatched.inc();
        inFlight.inc();
      }
    },
    add(record) {
      ended.inc({ outcome: record.outcome });
      if (record.dispatched_ns !== undefined) inFlight.dec();
      if (record.failure) failed.inc({ class: record.failure.class });
      if (record.sent_ns !== undefined) lag.observe((record.sent_ns - record.due_ns) / 1e9);
      if (record.outcome === 'ok') tokens.inc(record.output_tokens ?? 0);
      for (const { metric, histogram } of latencies) {
        const latency = latencyOf(record, metric);
        if (latency !== undefined) histogram.observe(roundedNs(latency) / 1e9);
      }
    },
    async page() {
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
