import * as z from 'zod';

import { SCHEMA_VERSION } from './conditions.ts';

const count = z.int().nonnegative();
const labels = z.record(z.string(), z.string());

/** One series of a page over a run. Values are in the unit of the metric itself. */
const series = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('counter'),
    name: z.string(),
    labels,
    last: z.number(),
    /** Since the first scrape; a restart is no loss. */
    increase: z.number(),
  }),
  z.object({
    kind: z.enum(['gauge', 'untyped']),
    name: z.string(),
    labels,
    last: z.number(),
    min: z.number(),
    max: z.number(),
    /** Over the scrapes. */
    mean: z.number(),
  }),
  z.object({
    kind: z.enum(['histogram', 'summary']),
    name: z.string(),
    labels,
    /** Values since the first scrape, and their sum. */
    count: z.number(),
    sum: z.number(),
    /** Absent without values. */
    mean: z.number().optional(),
  }),
]);

export type ServerSeries = z.infer<typeof series>;

/** One Prometheus page of a server, and how it was read. */
export interface ScrapedEndpoint {
  /** Without user name, password and query. */
  readonly url: string;
  /** Number of answers that were read. */
  readonly scrapes: number;
  /** Number of attempts without an answer. */
  readonly failures: number;
  /** What was wrong with the last of these. Absent if there were none. */
  readonly last_error?: string | undefined;
  /** True if the last attempt had no answer: what it counts ends before. Absent otherwise. */
  readonly ended_without_answer?: true | undefined;
  /** Number of answers whose counters had begun again at 0. Absent if there were none. */
  readonly restarts?: number | undefined;
}

export const scrapedEndpointSchema = z.object({
  url: z.string(),
  scrapes: count,
  failures: count,
  last_error: z.string().optional(),
  ended_without_answer: z.literal(true).optional(),
  restarts: count.optional(),
}) satisfies z.ZodType<ScrapedEndpoint>;

const endpoint = scrapedEndpointSchema.extend({
  /** Lines of one page that could not be read, at most. */
  unread_lines: count.optional(),
  /** Series beyond the first 20,000, at most. */
  series_dropped: count.optional(),
  series: z.array(series),
});

export type ServerEndpoint = z.infer<typeof endpoint>;

/** server_metrics_summary.json: what the servers' Prometheus pages said over a run. */
export const serverMetricsSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  started_unix_ms: z.number(),
  ended_unix_ms: z.number(),
  endpoints: z.array(endpoint),
});

export type ServerMetrics = z.infer<typeof serverMetricsSchema>;
