import type { Summary } from '../../schemas/summary.ts';
import { escapeUnprintable } from '../../values/printable.ts';
import { NS_PER_SECOND } from '../../values/units.ts';
import { withoutUnknown } from '../../values/without-unknown.ts';
import { type AiperfDistribution, PERCENTS } from './distribution.ts';
import type { AiperfErrorCount } from './errors.ts';
import type { AiperfMetric } from './request-metrics.ts';
import type { AiperfRunMetric } from './run-metrics.ts';

export interface AiperfProfile {
  readonly distributions: readonly (AiperfMetric & { readonly figures: AiperfDistribution })[];
  readonly runMetrics: readonly AiperfRunMetric[];
  readonly errors: readonly AiperfErrorCount[];
}

/** How figures with aiperf's names were made here; stands in the file itself, beside them. */
const DEFINITIONS = {
  input_tokens: 'input_length of the row; usage_prompt_tokens is what the server counted',
  output_tokens:
    'usage.completion_tokens where they agree with the stream; else events, if as many as asked',
  one_token_answers: 'as aiperf: never good under an objective on inter_token_latency',
  goodput: 'as aiperf: good requests over benchmark_duration; trace_replay.goodput is of all rows',
  latencies: 'from the first byte of the request written to the socket, connect not included',
  ok: 'a finish reason, content and no error; a stream cut short is an error',
  errors: 'type is the failure class, code an HTTP status, cause any other code or the deadline',
  percentiles: 'exact, linear interpolation; inter_chunk_latency from a histogram, + 0.1 % at most',
  times: 'UTC',
} as const;

/** The shape of aiperf 0.7.0. Newer ones add keys, and so do we: `count`, `sum`, `trace_replay`. */
const SHAPE_VERSION = '1.0';

/** `profile_export_aiperf.json`. Times are UTC; aiperf writes its local time without a zone. */
export function renderProfileJson(
  { distributions, runMetrics, errors }: AiperfProfile,
  summary: Summary,
  unixNs: (instantNs: number) => bigint,
): string {
  const { run, status, duration_seconds: seconds = 0 } = summary;
  const profile = withoutUnknown({
    schema_version: SHAPE_VERSION,
    benchmark_id: run.id ?? run.name,
    ...Object.fromEntries(runMetrics.map(({ tag, unit, value }) => [tag, { unit, avg: value }])),
    ...Object.fromEntries(
      distributions.map(({ tag, unit, figures }) => [tag, { unit, ...statisticsOf(figures) }]),
    ),
    input_config: inputConfigOf(summary),
    was_cancelled: status !== 'completed',
    error_summary: errors.map(({ error, count }) => ({ error_details: error, count })),
    start_time: isoMicroseconds(unixNs(0)),
    end_time: isoMicroseconds(unixNs(Math.round(seconds * NS_PER_SECOND))),
    trace_replay: {
      version: summary.conditions.versions.trace_replay,
      status,
      rows: summary.rows,
      ...(summary.goodput && { goodput: summary.goodput }),
      definitions: DEFINITIONS,
    },
  });
  return `${escapeUnprintable(JSON.stringify(profile, undefined, 2))}\n`;
}

function statisticsOf({ count, sum, avg, min, max, std, percentiles }: AiperfDistribution) {
  const named = PERCENTS.map((percent, index) => [`p${percent}`, percentiles[index]] as const);
  return { avg, ...Object.fromEntries(named), min, max, std, count, sum };
}

/** The options of aiperf 0.7.0 that would have asked for this run. */
function inputConfigOf({ conditions, goodput, run }: Summary) {
  const { model, endpoint, urls, trace, seed } = conditions;
  const limits = goodput?.objectives.map(({ metric, limit_ms: limitMs }) => [metric, limitMs]);
  return {
    endpoint: { model_names: [model], type: endpoint, streaming: true, urls },
    input: {
      file: trace.file,
      fixed_schedule: true,
      fixed_schedule_auto_offset: true,
      fixed_schedule_start_offset: conditions.start_offset_ms,
      fixed_schedule_end_offset: conditions.end_offset_ms,
      custom_dataset_type: 'mooncake_trace',
      random_seed: seed,
      extra: conditions.output_length === 'exact' ? [['ignore_eos', true]] : undefined,
      goodput: limits && (Object.fromEntries(limits) as Record<string, number>),
    },
    benchmark_id: run.id ?? run.name,
  };
}

/** `2027-01-15T08:00:00.000123` */
function isoMicroseconds(unixNs: bigint): string {
  const microseconds = String((unixNs / 1000n) % 1_000_000n).padStart(6, '0');
  return new Date(Number(unixNs / 1_000_000n)).toISOString().replace(/\d{3}Z$/, microseconds);
}

const FIGURES = ['avg', 'min', 'max', 'sum'] as const;
const HEADER = ['Metric', ...FIGURES, ...PERCENTS.map((percent) => `p${percent}`), 'std'];

/** `profile_export_aiperf.csv`: metrics with percentiles, an empty line, single figures; CRLF. */
export function renderProfileCsv({ distributions, runMetrics }: AiperfProfile): string {
  const upper = distributions
    .toSorted(byTag)
    .map((metric) => [labelOf(metric), ...cellsOf(metric.figures)]);
  const lower = runMetrics.toSorted(byTag).map((each) => [labelOf(each), each.value.toFixed(2)]);
  const sections = [upper.length > 0 ? [HEADER, ...upper] : [], [['Metric', 'Value'], ...lower]];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((cells) => `${cells.join(',')}\r\n`).join(''))
    .join('\r\n');
}

function cellsOf(figures: AiperfDistribution): readonly string[] {
  const values = [...FIGURES.map((key) => figures[key]), ...figures.percentiles, figures.std];
  return values.map((value) => value.toFixed(2));
}

/** Labels are this package's own and hold no comma or quote. */
function labelOf({ label, unit }: AiperfMetric): string {
  return unit === 'count' || unit === 'requests' ? label : `${label} (${unit})`;
}

/** Order of Python's `sorted` on tags. */
function byTag(left: AiperfMetric, right: AiperfMetric): number {
  return left.tag < right.tag ? -1 : left.tag > right.tag ? 1 : 0;
}
