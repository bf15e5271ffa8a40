import type { Accumulator } from '../accumulator/accumulator.ts';
import {
  scrapedEndpointSchema,
  type ServerMetrics,
  type ServerSeries,
} from '../schemas/server-metrics.ts';
import type { Summary } from '../schemas/summary.ts';
import { withoutUnknown } from '../values/without-unknown.ts';

type Said = NonNullable<Summary['server_metrics']>;
type Check = NonNullable<Said['check']>;

/**
 * The series in which a server counts what we count; of several names, as versions differ, the
 * first that a page has counts.
 */
interface Source {
  readonly source: string;
  readonly requests: readonly string[];
  /** Whether a series of `requests` counts requests that succeeded. */
  readonly isSuccess?: (labels: ServerSeries['labels']) => boolean;
  readonly tokens: readonly string[];
  /** Histograms of seconds; absent where the server has none. */
  readonly ttft?: readonly string[];
  /** Time per token after the first: one value a request, or one a token. */
  readonly perRequest?: readonly string[];
  readonly perToken?: readonly string[];
  readonly cachedTokens?: readonly string[];
}

const isFinished = ({ finished_reason: reason = '' }: ServerSeries['labels']) =>
  !['abort', 'error', 'cancelled', 'timeout'].includes(reason);

/** The frontend before the engines behind it. Sources of the names: `docs/servers.md`. */
const SOURCES: readonly Source[] = [
  {
    source: 'dynamo_frontend',
    requests: ['dynamo_frontend_requests_total'],
    isSuccess: ({ status }) => status === 'success',
    // One value a request; its counter of tokens also has those of requests without an end.
    tokens: ['dynamo_frontend_output_sequence_tokens'],
    ttft: ['dynamo_frontend_time_to_first_token_seconds'],
    perToken: ['dynamo_frontend_inter_token_latency_seconds'],
    cachedTokens: ['dynamo_frontend_cached_tokens'],
  },
  {
    source: 'vllm',
    requests: ['vllm:request_success_total'],
    isSuccess: isFinished,
    tokens: ['vllm:generation_tokens_total'],
    ttft: ['vllm:time_to_first_token_seconds'],
    perRequest: ['vllm:request_time_per_output_token_seconds'],
    perToken: ['vllm:inter_token_latency_seconds', 'vllm:time_per_output_token_seconds'],
    cachedTokens: [
      'vllm:prompt_tokens_cached_total',
      'vllm:prefix_cache_hits_total',
      'vllm:gpu_prefix_cache_hits_total',
    ],
  },
  {
    source: 'sglang',
    requests: ['sglang:num_requests_total'],
    tokens: ['sglang:generation_tokens_total'],
    ttft: ['sglang:time_to_first_token_seconds'],
    perToken: ['sglang:inter_token_latency_seconds', 'sglang:time_per_output_token_seconds'],
    cachedTokens: ['sglang:cached_tokens_total'],
  },
  {
    source: 'trtllm',
    // Dynamo's versions before 0.8 wrote a colon.
    requests: ['trtllm_request_success_total', 'trtllm:request_success_total'],
    isSuccess: isFinished,
    tokens: ['trtllm_generation_tokens_total'],
    ttft: ['trtllm_time_to_first_token_seconds', 'trtllm:time_to_first_token_seconds'],
    perRequest: ['trtllm_time_per_output_token_seconds', 'trtllm:time_per_output_token_seconds'],
  },
  {
    source: 'llamacpp',
    // It counts no requests.
    requests: [],
    tokens: ['llamacpp:tokens_predicted_total'],
    cachedTokens: ['llamacpp:prompt_tokens_cached_total'],
  },
];

/**
 * Who was scraped, and what the server counted beside us; of a shard only the former, because the
 * server counts all shards.
 */
export function serverMetricsOf(
  said: ServerMetrics,
  ours: Pick<Accumulator, 'okSums' | 'histograms' | 'outcomes'>,
  { model, isShard }: { readonly model: string; readonly isShard: boolean },
): Said {
  const endpoints = said.endpoints.map((endpoint) => scrapedEndpointSchema.parse(endpoint));
  return { endpoints, check: isShard ? undefined : checkOf(said, ours, model) };
}

function checkOf(
  said: ServerMetrics,
  { okSums, histograms, outcomes }: Parameters<typeof serverMetricsOf>[1],
  model: string,
): Check | undefined {
  const all = said.endpoints.flatMap(({ series }) => series).filter(isOf(model));
  const first = (names: readonly string[] = []) =>
    names.map((name) => all.filter((each) => each.name === name)).find(({ length }) => length > 0);
  for (const { source, isSuccess = () => true, ...names } of SOURCES) {
    const counted = total(
      first(names.requests)?.filter(({ labels }) => isSuccess(labels)),
      increaseOf,
    );
    const tokens = total(first(names.tokens), increaseOf);
    if (counted === undefined && (names.requests.length > 0 || tokens === undefined)) continue;
    // The server counts tokens and first tokens as they come, whatever becomes of the request.
    const cutRows = okSums.get('cut_rows');
    const ok = outcomes.get('ok');
    // What nobody counted is missing from our sum alone.
    const hasTokens = cutRows === 0 && okSums.get('uncounted') === 0;
    const hasCached = cutRows === 0 && ok > 0 && okSums.get('cache_rows') === ok;
    const perRequest = meanMsOf(first(names.perRequest));
    return withoutUnknown<Check>({
      source,
      requests: compared(counted, ok),
      output_tokens: compared(tokens, hasTokens ? okSums.get('output_counted') : undefined),
      time_to_first_token_mean_ms: compared(
        meanMsOf(first(names.ttft)),
        meanTtftMs({ okSums, histograms }),
      ),
      time_per_output_token_mean_ms:
        perRequest === undefined
          ? serverFigure(meanMsOf(first(names.perToken)), undefined)
          : serverFigure(perRequest, histograms.inter_token_latency.meanMs),
      cached_tokens: serverFigure(
        total(first(names.cachedTokens), increaseOf),
        hasCached ? okSums.get('cached_tokens') : undefined,
      ),
      cut_rows: cutRows || undefined,
    });
  }
  return undefined;
}

/** Over all rows that got a token, as a server has no other. */
function meanTtftMs({ okSums, histograms }: Pick<Accumulator, 'okSums' | 'histograms'>) {
  const { count, meanMs = 0 } = histograms.time_to_first_token;
  const rows = count + okSums.get('cut_rows');
  if (rows === 0) return undefined;
  return (count * meanMs + okSums.get('cut_first_content_us') / 1000) / rows;
}

/** Of histograms of seconds; `undefined` without values. */
function meanMsOf(series: readonly ServerSeries[] | undefined): number | undefined {
  const values = total(series, (each) => ('count' in each ? each.count : undefined)) ?? 0;
  return values > 0 ? ((total(series, increaseOf) ?? 0) / values) * 1000 : undefined;
}

/** Dynamo's label is in lower case, whatever the model's name is. */
function isOf(model: string): (series: ServerSeries) => boolean {
  const wanted = model.toLowerCase();
  return ({ labels }) =>
    (labels['model'] ?? labels['model_name'] ?? wanted).toLowerCase() === wanted;
}

function increaseOf(series: ServerSeries): number | undefined {
  if ('increase' in series) return series.increase;
  return 'sum' in series ? series.sum : undefined;
}

function total(
  series: readonly ServerSeries[] = [],
  read: (series: ServerSeries) => number | undefined,
): number | undefined {
  const values = series.flatMap((each) => read(each) ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

function compared(server: number | undefined, ours: number | undefined): Check['requests'] {
  if (server === undefined || ours === undefined || !Number.isFinite(server)) return undefined;
  return { server, ours, difference: server - ours };
}

function serverFigure(
  server: number | undefined,
  ours: number | undefined,
): Check['cached_tokens'] {
  return compared(server, ours) ?? (server === undefined ? undefined : { server });
}
