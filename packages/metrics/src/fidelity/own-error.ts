import { entriesOf, type LogCounts, quantileOf } from '../count/log-counts.ts';
import type { JudgedFigure, LatencyClaimTag } from '../schemas/fidelity.ts';
import type { Lateness, Readings } from '../schemas/readings.ts';
import type { Histogram } from '../count/histogram.ts';
import type { MetricTag } from '../record/catalog.ts';
import type { Distribution } from '../schemas/summary.ts';
import {
  deviationOf,
  meanOf,
  meanSizeOf,
  type Parts,
  partsOf,
  type Quantiles,
  quantileWith,
  regrouped,
  slopeAt,
  sumOf,
  valueAt,
  valueOfParts,
  withoutError,
} from './spread.ts';

/** Fewer stamps than this are no measurement. */
export const LEAST_STAMPS = 20;

/** Of these no more than all can be error: late stamps and early sends make them longer. */
const ONLY_LONGER: ReadonlySet<string> = new Set<LatencyClaimTag>([
  'time_to_first_token',
  'request_latency',
  'time_to_first_token_from_schedule',
  'request_latency_from_schedule',
  'connect_time',
]);

/** What an error is known of: the latencies, and the lag. */
export type ErrorTag = LatencyClaimTag | 'schedule_lag';

export interface ErrorSources {
  readonly readings: Readings;
  /** Tokens after the first arrival of every row that has an inter-token latency. */
  readonly gapsPerRow: LogCounts;
  /** From each request's stamp to its last byte with the kernel; the canary stands in for it. */
  readonly writes?: LogCounts;
  /** The lag, where there is no histogram of it. */
  readonly lag?: Distribution | undefined;
  /** The values of each metric; without them the few printed percentiles stand for them. */
  readonly histograms?: Readonly<Record<MetricTag, Histogram>>;
}

/** The receive error, if there were enough stamps to call it one. */
export function receiveErrorOf({ loops }: Readings): Lateness | undefined {
  const error = loops?.receive_error;
  return error !== undefined && error.count >= LEAST_STAMPS ? error : undefined;
}

/** The error within which all but one row in a thousand keep their verdict, if it was measured. */
export function rowErrorMs(readings: Readings): number | undefined {
  const receive = receiveErrorOf(readings);
  return receive && receive.p99_9 + (readings.loops?.send_error?.p99_9 ?? 0);
}

/**
 * The client's own error in the figures of one metric, in ms, by `docs/fidelity-derivations.md`;
 * `undefined` if the stamps' error was not measured.
 */
export function ownErrorOf(
  tag: ErrorTag,
  metric: Distribution,
  sources: ErrorSources,
): (figure: JudgedFigure) => number | undefined {
  const receive = receiveErrorOf(sources.readings);
  if (receive === undefined) return () => undefined;
  const error = errorOf(tag, receive, sources);
  const histogram = sources.histograms?.[tag];
  const printed = histogram?.count ? quantilesOfHistogram(histogram) : quantilesOf(metric);
  const moments = momentsOf(tag, metric, sources);
  const moved = createMove(tag, printed, error, receive);
  const meanMs = () => {
    // The gaps of an answer add up to its span, so their mean moves as the span does.
    const isGap = tag === 'inter_chunk_latency' && sources.gapsPerRow.count > 0;
    const ofSpan = isGap ? errorOf('inter_token_latency', receive, sources) : error;
    const spans = isGap ? momentsOf('inter_token_latency', metric, sources) : moments;
    return Math.abs(meanOf(ofSpan)) + (SURE * deviationOf(ofSpan)) / Math.sqrt(spans);
  };
  return (figure) => {
    if (figure === 'mean') return meanMs();
    const share = SHARES[figure];
    const room = SURE * Math.sqrt((share * (1 - share)) / moments);
    const shares = [share - room, share, share + room].map((each) =>
      Math.min(Math.max(each, 0), 1),
    );
    const movedMs =
      Math.max(...shares.map((each) => moved.byMs(each))) + SURE * moved.noiseMs(share, moments);
    const printedMs = metric[figure] ?? metric.max;
    const mostMs = ONLY_LONGER.has(tag) ? Math.max(printedMs, 0) : Infinity;
    return Math.min(movedMs, mostMs) + bucketMs(printedMs);
  };
}

/** By how much an error moves the quantiles of a metric, ms, and one standard deviation of it. */
function createMove(tag: ErrorTag, printed: Quantiles, error: Parts, received: Lateness) {
  // A lag is printed without its error, a latency with it.
  const values = tag === 'schedule_lag' ? printed : withoutError(printed, error);
  const receive = quantilesOf(received);
  const widthMs = valueAt(values, 0.99) - valueAt(values, 0.01);
  const meanMs = meanSizeOf(error, widthMs);
  return {
    byMs(share: number): number {
      const trueMs = valueAt(values, share);
      const moved = Math.abs(quantileWith(values, error, share) - trueMs);
      if (tag === 'schedule_lag') return moved;
      // Chunks of an answer that wait for one stall are late together: the first gap has all of it.
      const stalled =
        tag === 'inter_chunk_latency'
          ? Math.min(valueAt(receive, share), valueAt(printed, share) - valueAt(printed, 0.5))
          : 0;
      // Both ways to the shift differ where quantiles are few; neither passes all of the error.
      const taken = Math.abs(valueAt(printed, share) - trueMs);
      const mostMs = Math.max(meanMs, valueOfParts(error, share));
      return Math.max(moved, Math.min(taken, mostMs), stalled);
    },
    /** Of `moments` values those near the quantile cross it by chance, in both directions. */
    noiseMs: (share: number, moments: number): number =>
      Math.sqrt((meanMs * slopeAt(values, share)) / moments),
  };
}

/**
 * Different moments at which values arose: rows that are due together meet the same stall, and so
 * do chunks of answers that go on side by side.
 */
function momentsOf(
  tag: ErrorTag,
  { count }: Distribution,
  { readings, gapsPerRow }: ErrorSources,
): number {
  const { rows = count, instants = count } = readings.schedule ?? {};
  const perRow = tag === 'inter_chunk_latency' ? count / Math.max(gapsPerRow.count, 1) : 1;
  return Math.max(1, Math.min(count, rows, instants) * perRow);
}

const SHARES: Readonly<Record<Exclude<JudgedFigure, 'mean'>, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** Standard deviations given to chance: the rows are few of the moments that stamps sampled. */
const SURE = 1;

/** How much longer one value of a metric is than it should be. */
function errorOf(tag: ErrorTag, received: Lateness, sources: ErrorSources): Parts {
  const { gapsPerRow, histograms, readings } = sources;
  const { first_wait: firstWait, last_wait: lastWait } = readings.loops ?? {};
  const receive = receiveQuantiles(received, sources);
  const first = () => partsOf(afterWait(receive, firstWait));
  const last = () => partsOf(afterWait(receive, lastWait));
  const send = sendErrorOf(sources);
  const lag = () => {
    const lags = histograms?.schedule_lag;
    if (lags?.count) return partsOf(quantilesOfHistogram(lags));
    return sources.lag ? partsOf(quantilesOf(sources.lag)) : NOTHING;
  };
  switch (tag) {
    case 'time_to_first_token':
      return sumOf(first(), send);
    case 'request_latency':
      return sumOf(last(), send);
    case 'connect_time':
      // Two turns of the loop: one makes the socket, the next learns that it is connected.
      return sumOf(sumOf(partsOf(receive), send), sumOf(partsOf(receive), send));
    case 'time_to_first_token_from_schedule':
      return sumOf(sumOf(first(), send), lag());
    case 'request_latency_from_schedule':
      return sumOf(sumOf(last(), send), lag());
    case 'inter_token_latency':
      return shared(sumOf(last(), first(), -1), gapsPerRow);
    case 'inter_chunk_latency':
      return sumOf(partsOf(receive), partsOf(receive), -1);
    case 'schedule_lag':
      return send;
  }
}

/** A request's write takes so much longer than the canary's eight bytes, at most, by the wire. */
const LONGER_WRITE_MS = 0.1;

/**
 * How early a request's stamp is: by no more than its own whole write took, and as the canary's
 * write otherwise, for only the first byte counts.
 */
function sendErrorOf({ readings, writes }: ErrorSources): Parts {
  const sent = readings.loops?.send_error;
  const canary = sent && quantilesOf(sent);
  const own = writes !== undefined && writes.count > 0 ? quantilesOfCounts(writes) : undefined;
  if (own === undefined) return canary ? partsOf(canary) : NOTHING;
  if (canary === undefined) return partsOf(own);
  const values = own.shares.map((share, at) =>
    Math.min(own.values[at]!, valueAt(canary, share) + LONGER_WRITE_MS),
  );
  return partsOf({ shares: own.shares, values });
}

/**
 * How late stamps are that waited for others: the canary meets the same stalls, so its stamps and
 * the waits do not add up; the loop's usual delay comes before every wait.
 */
function afterWait(receive: Quantiles, wait: Lateness | undefined): Quantiles {
  if (wait === undefined) return receive;
  const waits = quantilesOf(wait);
  const usualMs = valueAt(receive, 0.5);
  const shares = [...new Set([...receive.shares, ...waits.shares])].sort((a, b) => a - b);
  const values = shares.map((share) =>
    Math.max(valueAt(receive, share), valueAt(waits, share) + usualMs),
  );
  return { shares, values };
}

/** Of the canary's stamps: they are taken before its own write, which takes as long as ours. */
function receiveQuantiles(received: Lateness, { readings }: ErrorSources): Quantiles {
  const { shares, values } = quantilesOf(received);
  const ownWriteMs = SURE_OF_WRITE * (readings.loops?.send_error?.p50 ?? 0);
  return { shares, values: values.map((ms) => Math.max(ms - ownWriteMs, ms / 3)) };
}

/** So much of the median write has certainly passed before its bytes are on the wire. */
const SURE_OF_WRITE = 0.6;

const NOTHING: Parts = [{ value: 0, share: 1 }];

/** An error of a span, shared by the gaps of a row. */
function shared(error: Parts, gapsPerRow: LogCounts): Parts {
  const rows = entriesOf(gapsPerRow);
  return regrouped(
    error.flatMap(({ value, share }) =>
      rows.map(({ leastNs: gaps, count }) => ({
        value: value / gaps,
        share: (share * count) / gapsPerRow.count,
      })),
    ),
  );
}

const KNOWN_SHARES = [
  0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.9975, 0.999,
  1,
];

function quantilesOfCounts(counts: LogCounts): Quantiles {
  return quantilesBy((share) => quantileOf(counts, share) ?? 0);
}

function quantilesOfHistogram(histogram: Histogram): Quantiles {
  const { count } = histogram;
  return quantilesBy((share) => histogram.valueAtRank(Math.max(1, Math.ceil(share * count))));
}

function quantilesBy(valueNs: (share: number) => number): Quantiles {
  const values = KNOWN_SHARES.map((share) => valueNs(share) / 1e6);
  return { shares: [0, ...KNOWN_SHARES], values: [values[0]!, ...values] };
}

/** The known figures of a distribution; its least value is not known of a lateness. */
function quantilesOf(known: Lateness | Distribution): Quantiles {
  const { max, p50 = known.mean } = known;
  const min = 'min' in known ? known.min : p50 / 2;
  const points = [
    [0, min],
    [0.5, p50],
    [0.75, 'p75' in known ? known.p75 : undefined],
    [0.9, known.p90],
    [0.95, known.p95],
    [0.975, 'p97_5' in known ? known.p97_5 : undefined],
    [0.99, known.p99],
    [0.995, 'p99_5' in known ? known.p99_5 : undefined],
    [0.999, known.p99_9],
    [1, max],
  ].filter((point): point is [number, number] => point[1] !== undefined);
  return { shares: points.map(([share]) => share), values: points.map(([, value]) => value) };
}

/** Three digits of a histogram: how wide a bucket is, and a percentile is its upper end. */
function bucketMs(valueMs: number): number {
  return valueMs > 0 ? 2 ** (Math.floor(Math.log2(valueMs * 1e6)) - 10) / 1e6 : 0;
}
