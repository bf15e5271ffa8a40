/** How one metric is named, shown and defined. `docs/metrics.md` shows these rows word for word. */
export interface MetricRow<Tag extends string = string> {
  /** Key in every file. Where aiperf measures the same thing, its name. */
  readonly tag: Tag;
  readonly label: string;
  readonly unit: 'ms';
  readonly better: 'lower';
  /** Rows that count. */
  readonly rows: string;
  readonly definition: string;
}

/** Metrics that one request has one value of, so that an objective can be set on them. */
const REQUEST_ROWS = [
  row('time_to_first_token', 'Time to first token', 'ok', 'c₁ − sent'),
  row(
    'inter_token_latency',
    'Inter-token latency',
    'ok, n ≥ 2, measurable',
    '(c_k − c₁) ÷ (n − n₁)',
  ),
  row('request_latency', 'Request latency', 'ok', 'c_k − sent'),
  row('time_to_first_token_from_schedule', 'Time to first token from schedule', 'ok', 'c₁ − due'),
  row('request_latency_from_schedule', 'Request latency from schedule', 'ok', 'c_k − due'),
] as const;

const OTHER_ROWS = [
  row('inter_chunk_latency', 'Inter-chunk latency', 'ok, every gap', 'c_{i+1} − c_i'),
  row('schedule_lag', 'Schedule lag', 'every row that was sent', 'sent − due'),
  row(
    'connect_time',
    'Connect time',
    'rows for which a socket was opened',
    'connected − connect started, TLS included',
  ),
  row(
    'socket_wait',
    'Socket wait',
    'rows that waited',
    'time spent waiting for one of `--max-connections` sockets',
  ),
] as const;

function row<Tag extends string>(
  tag: Tag,
  label: string,
  rows: string,
  definition: string,
): MetricRow<Tag> {
  return { tag, label, unit: 'ms', better: 'lower', rows, definition };
}

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

/** Whether a metric is another one counted from the due time. */
export function isFromSchedule(tag: MetricTag): boolean {
  return Object.entries(FROM_SCHEDULE).some(([from, to]) => to === tag && from !== to);
}
