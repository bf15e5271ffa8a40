import type { ClientReport } from '../clients/client.ts';
import { known, type Measures } from '../figures/measures.ts';
import { rowRequests, type ServedRequest, type ServerLog } from '../servers/server.ts';
import { mean, percentile } from '../figures/statistics.ts';

export interface RunToJudge {
  /** Due times after the first row, milliseconds. */
  readonly dueMs: readonly number[];
  readonly log: ServerLog;
  readonly report: ClientReport;
  /** The bursts' due times, of a trace that has some. */
  readonly burstsDueMs?: readonly number[] | undefined;
  /** Bodies from so many bytes on belong to a burst. */
  readonly burstBodyBytes?: number | undefined;
}

/** Holds what a client did and said against what the server saw. */
export function judgeRun(run: RunToJudge): Measures {
  const { log, report } = run;
  const requests = rowRequests(log);
  const lag = lagFromLeastLate(run.dueMs, requests);
  const served = new Map(requests.map((request) => [request.requestId, request]));
  const pairs = report.requests.flatMap((reported) => {
    const request = served.get(reported.requestId);
    return request?.isOk === true ? [{ reported, request }] : [];
  });
  const absolute = pairs.flatMap(({ reported: { dueAtMs }, request: { headersAtMs } }) =>
    dueAtMs === undefined ? [] : [headersAtMs - dueAtMs],
  );
  const sentLags = report.requests.flatMap(({ sentLagMs }) => sentLagMs ?? []);
  const itlErrors = pairs.flatMap(({ reported, request }) => {
    const own = itlOf(request);
    return own === undefined || reported.itlMs === undefined ? [] : Math.abs(reported.itlMs - own);
  });
  const ttftErrors = pairs.flatMap(({ reported: { ttftMs }, request }) =>
    ttftMs === undefined ? [] : ttftOf(request).map((own) => Math.abs(ttftMs - own)),
  );
  const serverTtft = mean(requests.filter(({ isOk }) => isOk).flatMap(ttftOf));
  const bursts = burstSpans(run);
  return known({
    lag_p50_ms: percentile(lag, 0.5),
    lag_p99_ms: percentile(lag, 0.99),
    absolute_lag_min_ms: absolute.length > 0 ? Math.min(...absolute) : undefined,
    absolute_lag_p50_ms: percentile(absolute, 0.5),
    absolute_lag_p99_ms: percentile(absolute, 0.99),
    sent_lag_p50_ms: percentile(sentLags, 0.5),
    sent_lag_p99_ms: percentile(sentLags, 0.99),
    ttft_error_mean_ms: difference(report.ttftMeanMs, serverTtft),
    ttft_error_p99_ms: percentile(ttftErrors, 0.99),
    itl_error_p99_ms: percentile(itlErrors, 0.99),
    gap_p99_error_ms: difference(report.gapP99Ms, log.gapP99Ms),
    burst_last_byte_ms: percentile(bursts, 0.5),
    burst_last_byte_max_ms: percentile(bursts, 1),
    rows_ok: requests.filter(({ isOk }) => isOk).length,
    server_ttft_mean_ms: serverTtft,
  });
}

/**
 * How much later each request arrived than the least late one, requests and due times taken in
 * order: the only lag that can be told of a client which does not say when it began.
 */
export function lagFromLeastLate(
  dueMs: readonly number[],
  requests: readonly ServedRequest[],
): Float64Array {
  const arrivals = Float64Array.from(requests, ({ headersAtMs }) => headersAtMs).sort();
  const offsets = arrivals.slice(0, dueMs.length).map((atMs, index) => atMs - dueMs[index]!);
  const leastMs = offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
  return offsets.map((offset) => offset - leastMs);
}

/**
 * For each burst: from its due time to the moment at which the server had the last byte of its last
 * body. Only of a client that tells its zero, whose requests can be found in the log.
 */
function burstSpans({ burstsDueMs, burstBodyBytes, log, report }: RunToJudge): number[] {
  if (burstsDueMs === undefined || burstBodyBytes === undefined) return [];
  const dueAt = new Map(report.requests.map(({ requestId, dueAtMs }) => [requestId, dueAtMs]));
  const lastByteMs = new Map<number, number>();
  for (const { requestId, bodyAtMs, bodyBytes = 0 } of log.requests) {
    const dueAtMs = requestId === undefined ? undefined : dueAt.get(requestId);
    if (dueAtMs === undefined || bodyAtMs === undefined || bodyBytes < burstBodyBytes) continue;
    lastByteMs.set(dueAtMs, Math.max(lastByteMs.get(dueAtMs) ?? 0, bodyAtMs - dueAtMs));
  }
  return lastByteMs.size === burstsDueMs.length ? [...lastByteMs.values()] : [];
}

function ttftOf({ headersAtMs, firstTokenAtMs }: ServedRequest): number[] {
  return firstTokenAtMs === undefined ? [] : [firstTokenAtMs - headersAtMs];
}

function itlOf({ firstTokenAtMs, lastTokenAtMs, tokens }: ServedRequest): number | undefined {
  if (firstTokenAtMs === undefined || lastTokenAtMs === undefined || tokens < 2) return undefined;
  return (lastTokenAtMs - firstTokenAtMs) / (tokens - 1);
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
