/** What is measured of a run: the key in the JSON file → label and digits in the table. */
export const MEASURES = {
  lag_p50_ms: ['arrival lag p50, from the least late', 'ms', 2],
  lag_p99_ms: ['arrival lag p99, from the least late', 'ms', 2],
  absolute_lag_min_ms: ['arrival after due, earliest', 'ms', 3],
  absolute_lag_p50_ms: ['arrival after due, p50', 'ms', 2],
  absolute_lag_p99_ms: ['arrival after due, p99', 'ms', 2],
  sent_lag_p50_ms: ['due to sent, p50', 'ms', 3],
  sent_lag_p99_ms: ['due to sent, p99', 'ms', 3],
  ttft_error_mean_ms: ['TTFT reported − the server’s, mean', 'ms', 2],
  ttft_error_p99_ms: ['TTFT of a request off by, p99', 'ms', 2],
  itl_error_p99_ms: ['ITL of a request off by, p99', 'ms', 4],
  gap_p99_error_ms: ['p99 of gaps − the server’s', 'ms', 2],
  burst_last_byte_ms: ['last byte of a burst after due, median', 'ms', 1],
  burst_last_byte_max_ms: ['last byte of a burst after due, worst', 'ms', 1],
  cpu_us_per_event: ['CPU per event, slope', 'µs', 1],
  cpu_seconds: ['CPU', 's', 2],
  peak_rss_mb: ['peak resident memory', 'MB', 0],
  kb_per_stream: ['memory per open stream, slope', 'kB', 1],
  rss_quarter_1_mb: ['resident memory, first quarter of the plateau', 'MB', 1],
  rss_quarter_2_mb: ['resident memory, second quarter', 'MB', 1],
  rss_quarter_3_mb: ['resident memory, third quarter', 'MB', 1],
  rss_quarter_4_mb: ['resident memory, last quarter', 'MB', 1],
  rss_growth_percent: ['resident memory, last quarter against the first', '%', 1],
  rows_ok: ['answers complete', 'rows', 0],
  server_ttft_mean_ms: ['TTFT by the server’s clock, mean', 'ms', 2],
  others_cpu_percent: ['CPU taken by others', '%', 0],
  load_average: ['load average at the end', '', 2],
} as const satisfies Readonly<
  Record<string, readonly [label: string, unit: string, digits: number]>
>;

export type MeasureName = keyof typeof MEASURES;

/** Measures of one run; what was not measured is absent. */
export type Measures = Readonly<Partial<Record<MeasureName, number>>>;

export const MEASURE_NAMES = Object.keys(MEASURES) as readonly MeasureName[];

/** Leaves out what is unknown. */
export function known(
  measures: Readonly<Partial<Record<MeasureName, number | undefined>>>,
): Measures {
  return Object.fromEntries(
    Object.entries(measures).filter(([, value]) => value !== undefined && Number.isFinite(value)),
  );
}
