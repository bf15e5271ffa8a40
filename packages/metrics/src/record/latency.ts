import type { RequestMetric } from './catalog.ts';
import type { RequestRecord } from './record.ts';

/** An exact duration: `totalNs ÷ parts` nanoseconds, both integers, so that nothing is rounded. */
export interface Latency {
  readonly totalNs: number;
  /** 1 for a plain difference of instants; for a mean gap, the tokens after the first arrival. */
  readonly parts: number;
}

/** Gaps shorter than this are between events that were read together: they say little. */
export const COALESCED_BELOW_NS = 50_000;

/**
 * The value of one metric for one request, from the record's instants (ns since the run's zero).
 * Source: aiperf's definitions, sent standing for its request start; `readItl` differs.
 *
 * @returns `undefined` if there is none: the row is not ok, or has no gap that can be measured
 */
export function latencyOf(record: RequestRecord, metric: RequestMetric): Latency | undefined {
  return new Latencies(record).of(metric);
}

/** The latencies of one record: its gaps are looked at once, however often they are asked for. */
export class Latencies {
  readonly record: RequestRecord;
  #itl: { readonly reading: ItlReading | undefined } | undefined;

  constructor(record: RequestRecord) {
    this.record = record;
  }

  /** As `readItl`. */
  get itl(): ItlReading | undefined {
    this.#itl ??= { reading: readItl(this.record) };
    return this.#itl.reading;
  }

  /** As `latencyOf`. */
  of(metric: RequestMetric): Latency | undefined {
    const { outcome, due_ns: dueNs, sent_ns: sentNs, content_ns: contentNs } = this.record;
    const firstNs = contentNs?.[0];
    const lastNs = contentNs?.at(-1);
    if (outcome !== 'ok' || sentNs === undefined) return undefined;
    if (firstNs === undefined || lastNs === undefined) return undefined;
    switch (metric) {
      case 'time_to_first_token':
        return { totalNs: firstNs - sentNs, parts: 1 };
      case 'inter_token_latency':
        return this.itl?.latency;
      case 'request_latency':
        return { totalNs: lastNs - sentNs, parts: 1 };
      case 'time_to_first_token_from_schedule':
        return { totalNs: firstNs - dueNs, parts: 1 };
      case 'request_latency_from_schedule':
        return { totalNs: lastNs - dueNs, parts: 1 };
    }
  }
}

/** Why tokens after the first one have no mean gap that can be measured. */
export type ItlObstacle = 'one_event' | 'read_together' | 'length_unknown' | 'first_event_unknown';

/** How many tokens the first arrival counts as: one, or all that the server counted in it. */
export type ItlDefinition = 'first_token' | 'first_chunk';

export interface ItlReading {
  readonly latency?: Latency;
  /** There only where the two definitions differ, or may. */
  readonly definition?: ItlDefinition;
  /** There only without a latency. */
  readonly obstacle?: ItlObstacle;
}

/**
 * The mean gap between the tokens of one ok request: (last arrival − first arrival) ÷ (tokens after
 * the first arrival). What came less than 50 µs after the first event belongs to its arrival. Where
 * the server counted on every event, the tokens of that arrival are known; elsewhere it counts as
 * one token, as engines that bundle tokens send the first one alone, unless the record says that
 * this is not known. `docs/metrics.md` has the sources.
 *
 * @returns `undefined` if there is no gap: another outcome, no content, or one token
 */
export function readItl(record: RequestRecord): ItlReading | undefined {
  const { outcome, content_ns: contentNs = [], content_tokens: counts } = record;
  const { output_tokens: tokens } = record;
  const firstNs = contentNs[0];
  const lastNs = contentNs.at(-1);
  if (outcome !== 'ok' || firstNs === undefined || lastNs === undefined) return undefined;
  if (tokens === undefined) return { obstacle: 'length_unknown' };
  if (tokens < 2) return undefined;
  if (contentNs.length === 1) return { obstacle: 'one_event' };
  const totalNs = lastNs - firstNs;
  if (totalNs < COALESCED_BELOW_NS) return { obstacle: 'read_together' };
  if (counts === undefined) {
    if (2 * countCoalesced(contentNs) > contentNs.length) return { obstacle: 'read_together' };
    if (record.first_tokens_unknown) return { obstacle: 'first_event_unknown' };
    return {
      latency: { totalNs, parts: tokens - 1 },
      ...(tokens !== contentNs.length && { definition: 'first_token' }),
    };
  }
  const first = tokensOfFirstArrival(contentNs, counts);
  if (first >= tokens) return { obstacle: 'one_event' };
  return {
    latency: { totalNs, parts: tokens - first },
    ...(first !== 1 && { definition: 'first_chunk' }),
  };
}

function countCoalesced(contentNs: readonly number[]): number {
  let coalesced = 0;
  for (let place = 1; place < contentNs.length; place++) {
    if (contentNs[place]! - contentNs[place - 1]! < COALESCED_BELOW_NS) coalesced++;
  }
  return coalesced;
}

function tokensOfFirstArrival(contentNs: readonly number[], counts: readonly number[]): number {
  const untilNs = contentNs[0]! + COALESCED_BELOW_NS;
  let tokens = 0;
  for (let place = 0; contentNs[place]! < untilNs; place++) tokens += counts[place] ?? 0;
  return tokens;
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
