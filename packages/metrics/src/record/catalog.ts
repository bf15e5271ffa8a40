/** How one metric is named, shown and defined. `docs/metrics.md` shows these rows word for word. */
export interface MetricRow {
  /** Key in every file. Where aiperf measures the same thing, its name. */
  readonly tag: string;
  readonly label: string;
  readonly unit: 'ms';
  readonly better: 'lower';
  /** Rows that count. */
  readonly rows: string;
  readonly definition: string;
}

const IN_MS = { unit: 'ms', better: 'lower' } as const;

/** Metrics that one request has one value of, so that an objective can be set on them. */
const REQUEST_ROWS = [
  {
    tag: 'time_to_first_token',
    label: 'Time to first token',
    ...IN_MS,
    rows: 'ok',
    definition: 'c₁ − sent',
  },
  {
    tag: 'inter_token_latency',
    label: 'Inter-token latency',
    ...IN_MS,
    rows: 'ok, n ≥ 2',
    definition: '(c_k − c₁) ÷ (n − 1)',
  },
  {
    tag: 'request_latency',
    label: 'Request latency',
    ...IN_MS,
    rows: 'ok',
    definition: 'c_k − sent',
  },
  {
    tag: 'time_to_first_token_from_schedule',
    label: 'Time to first token from schedule',
    ...IN_MS,
    rows: 'ok',
    definition: 'c₁ − due',
  },
  {
    tag: 'request_latency_from_schedule',
    label: 'Request latency from schedule',
    ...IN_MS,
    rows: 'ok',
    definition: 'c_k − due',
  },
] as const satisfies readonly MetricRow[];

const OTHER_ROWS = [
  {
    tag: 'inter_chunk_latency',
    label: 'Inter-chunk latency',
    ...IN_MS,
    rows: 'ok, every gap',
    definition: 'c_{i+1} − c_i',
  },
  {
    tag: 'schedule_lag',
    label: 'Schedule lag',
    ...IN_MS,
    rows: 'every row that was sent',
    definition: 'sent − due',
  },
  {
    tag: 'connect_time',
    label: 'Connect time',
    ...IN_MS,
    rows: 'rows for which a socket was opened',
    definition: 'connected − connect started, TLS included',
  },
  {
    tag: 'socket_wait',
    label: 'Socket wait',
    ...IN_MS,
    rows: 'rows that waited',
    definition: 'time spent waiting for one of `--max-connections` sockets',
  },
] as const satisfies readonly MetricRow[];

/** Every metric, in the order of every report. */
export const CATALOG = [...REQUEST_ROWS, ...OTHER_ROWS] as const;

export type RequestMetric = (typeof REQUEST_ROWS)[number]['tag'];
export type MetricTag = (typeof CATALOG)[number]['tag'];

/** The metrics that an objective may name. */
export const REQUEST_METRICS: readonly RequestMetric[] = REQUEST_ROWS.map(({ tag }) => tag);
export const METRIC_TAGS: readonly MetricTag[] = CATALOG.map(({ tag }) => tag);

export function isRequestMetric(text: string): text is RequestMetric {
  return (REQUEST_METRICS as readonly string[]).includes(text);
}

/** The metrics that are also given over all rows, failed and unfinished ones counted as +∞. */
export const ALL_ROWS_METRICS = [
  'time_to_first_token',
  'inter_token_latency',
  'request_latency',
] as const satisfies readonly RequestMetric[];

export type AllRowsTag = `${(typeof ALL_ROWS_METRICS)[number]}_all_rows`;

export const ALL_ROWS_TAGS: readonly AllRowsTag[] = ALL_ROWS_METRICS.map(
  (tag) => `${tag}_all_rows` as const,
);

/** The same metric counted from the due time; one that has no such form stands for itself. */
export const FROM_SCHEDULE: Readonly<Record<RequestMetric, RequestMetric>> = {
  time_to_first_token: 'time_to_first_token_from_schedule',
  inter_token_latency: 'inter_token_latency',
  request_latency: 'request_latency_from_schedule',
  time_to_first_token_from_schedule: 'time_to_first_token_from_schedule',
  request_latency_from_schedule: 'request_latency_from_schedule',
};
