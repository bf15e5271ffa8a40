import type { Accumulator } from '../accumulator/accumulator.ts';
import {
  scrapedEndpointSchema,
  type ServerMetrics,
  type ServerSeries,
} from '../schemas/server-metrics.ts';
import type { Summary } from '../schemas/summary.ts';

type Said = NonNullable<Summary['server_metrics']>;
type Check = NonNullable<Said['check']>;

type Source = 'source' | 'requests' | 'tokens' | 'ttftSeconds';

/** Where a server counts what we count, the frontend before the engines behind it. */
const SOURCES: readonly Readonly<Record<Source, string> & { status?: string }>[] = [
  {
    source: 'dynamo_frontend',
    requests: 'dynamo_frontend_requests_total',
    status: 'success',
    // Observed when a request ends, as ours are;
    // its counter of tokens also has those of failed ones.
    tokens: 'dynamo_frontend_output_sequence_tokens',
    ttftSeconds: 'dynamo_frontend_time_to_first_token_seconds',
  },
  {
    source: 'vllm',
    requests: 'vllm:request_success_total',
    tokens: 'vllm:generation_tokens_total',
    ttftSeconds: 'vllm:time_to_first_token_seconds',
  },
  {
    source: 'sglang',
    requests: 'sglang:num_requests_total',
    tokens: 'sglang:generation_tokens_total',
    ttftSeconds: 'sglang:time_to_first_token_seconds',
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
  const named = (name: string) => all.filter((each) => each.name === name);
  for (const { source, requests, status, tokens, ttftSeconds } of SOURCES) {
    const isMeant = ({ labels }: ServerSeries) => !status || labels['status'] === status;
    const counted = total(named(requests).filter(isMeant), increaseOf);
    if (counted === undefined) continue;
    const ttfts = named(ttftSeconds);
    const values = total(ttfts, (each) => ('count' in each ? each.count : undefined)) ?? 0;
    // What nobody counted is missing from our sum alone.
    const ourTokens = okSums.get('uncounted') > 0 ? undefined : okSums.get('output_counted');
    const meanMs = values > 0 ? ((total(ttfts, increaseOf) ?? 0) / values) * 1000 : undefined;
    return {
      source,
      requests: compared(counted, outcomes.get('ok')),
      output_tokens: compared(total(named(tokens), increaseOf), ourTokens),
      time_to_first_token_mean_ms: compared(meanMs, histograms.time_to_first_token.meanMs),
    };
  }
  return undefined;
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
  series: readonly ServerSeries[],
  read: (series: ServerSeries) => number | undefined,
): number | undefined {
  const values = series.flatMap((each) => read(each) ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

function compared(server: number | undefined, ours: number | undefined): Check['requests'] {
  if (server === undefined || ours === undefined) return undefined;
  return { server, ours, difference: server - ours };
}
