import type { RequestMetric } from './catalog.ts';
import type { RequestRecord } from './record.ts';

/** An exact duration: `totalNs ÷ parts` nanoseconds, both integers, so that nothing is rounded. */
export interface Latency {
  readonly totalNs: number;
  /** 1 for a plain difference of instants; n − 1 for a mean over the gaps between n tokens. */
  readonly parts: number;
}

/**
 * The value of one metric for one request, from the record's instants (ns since the run's zero).
 * Tokens are those the server counted where it did: a chunk may carry several, and half a
 * character arrives in none. Source: aiperf's definitions, sent standing for its request start.
 *
 * @returns `undefined` if there is none: the row is not ok, or has fewer than two tokens to have
 *   a gap between
 */
export function latencyOf(record: RequestRecord, metric: RequestMetric): Latency | undefined {
  const { outcome, due_ns: dueNs, sent_ns: sentNs, content_ns: contentNs } = record;
  const firstNs = contentNs?.[0];
  const lastNs = contentNs?.at(-1);
  if (outcome !== 'ok' || sentNs === undefined) return undefined;
  if (firstNs === undefined || lastNs === undefined) return undefined;
  switch (metric) {
    case 'time_to_first_token':
      return { totalNs: firstNs - sentNs, parts: 1 };
    case 'inter_token_latency':
      return meanGap(lastNs - firstNs, record.output_tokens);
    case 'request_latency':
      return { totalNs: lastNs - sentNs, parts: 1 };
    case 'time_to_first_token_from_schedule':
      return { totalNs: firstNs - dueNs, parts: 1 };
    case 'request_latency_from_schedule':
      return { totalNs: lastNs - dueNs, parts: 1 };
  }
}

function meanGap(spanNs: number, tokens: number | undefined): Latency | undefined {
  return tokens === undefined || tokens < 2 ? undefined : { totalNs: spanNs, parts: tokens - 1 };
}

/** A latency in whole nanoseconds, as histograms take it; never used to judge. */
export function roundedNs({ totalNs, parts }: Latency): number {
  return Math.round(totalNs / parts);
}

/** Whether a latency is at most its limit: exact, because it multiplies instead of dividing. */
export function isWithin({ totalNs, parts }: Latency, limitNs: number): boolean {
  return totalNs <= limitNs * parts;
}

/** How late the request left, in ns; `undefined` when it was never sent. */
export function scheduleLagNs({ sent_ns: sentNs, due_ns: dueNs }: RequestRecord) {
  return sentNs === undefined ? undefined : sentNs - dueNs;
}

/** TCP and TLS, in ns; `undefined` when no socket was opened for the request, or not in time. */
export function connectTimeNs(record: RequestRecord): number | undefined {
  const { connect_started_ns: startedNs, connected_ns: connectedNs } = record;
  if (startedNs === undefined || connectedNs === undefined) return undefined;
  return connectedNs - startedNs;
}

/** Time without a free socket, in ns; `undefined` for a request that did not wait for one. */
export function socketWaitNs({ socket_wait_ns: waitNs }: RequestRecord): number | undefined {
  return waitNs === 0 ? undefined : waitNs;
}
