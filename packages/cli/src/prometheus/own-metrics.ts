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
const LATENCIES: readonly (readonly [RequestMetric, help: string])[] = [
  ['time_to_first_token', 'First byte sent to first content, of ok rows'],
  ['inter_token_latency', 'Mean gap between the tokens of a row, of ok rows'],
  ['request_latency', 'First byte sent to last content, of ok rows'],
];

/** A registry of its own for every run: nothing is counted over from another one. */
export function createOwnMetrics(): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: SECONDS, registers });
  const rows = gauge('replay_rows', 'Rows that this process replays');
  const started = gauge(
    'replay_zero_time_seconds',
    'Unix time at which the first selected row is due',
  );
  const dispatched = counter('replay_requests_dispatched_total', 'Rows handed to the client');
  const ended = counter('replay_requests_total', 'Rows that have ended, by outcome', 'outcome');
  const failed = counter('replay_failures_total', 'Failed rows by class', 'class');
  const inFlight = gauge('replay_requests_in_flight', 'Rows dispatched and not ended');
  const tokens = counter('replay_output_tokens_total', 'Output tokens of ok rows');
  const lag = histogram('replay_schedule_lag_seconds', 'Due to first byte sent');
  const latencies = LATENCIES.map(([metric, help]) => ({
    metric,
    seconds: histogram(`replay_${metric}_seconds`, help),
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
      for (const { metric, seconds } of latencies) {
        const latency = latencyOf(record, metric);
        if (latency !== undefined) seconds.observe(roundedNs(latency) / 1e9);
      }
    },
    async page() {
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
