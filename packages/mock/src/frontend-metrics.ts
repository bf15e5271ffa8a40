import type { Endpoint } from './generation-request.ts';

/** What is counted about one request: labels of its series. */
export interface RequestLabels {
  readonly model: string;
  readonly endpoint: Endpoint;
  readonly stream: boolean;
}

const SECONDS = [0.001, 0.0022, 0.0047, 0.01, 0.022, 0.047, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10];
const LONG_SECONDS = [...SECONDS, 22, 47, 100, 220, 480];
const TOKENS = [1, 10, 50, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

const HISTOGRAMS = {
  request_duration_seconds: LONG_SECONDS,
  time_to_first_token_seconds: [0, ...LONG_SECONDS],
  inter_token_latency_seconds: SECONDS,
  input_sequence_tokens: TOKENS,
  output_sequence_tokens: TOKENS,
  cached_tokens: TOKENS,
} as const;

type HistogramName = keyof typeof HISTOGRAMS;

const COUNTERS = [
  'requests_total',
  'requests_started_total',
  'output_tokens_total',
  'disconnected_clients',
] as const;

type CounterName = (typeof COUNTERS)[number];

const GAUGES = ['inflight_requests', 'active_requests', 'queued_requests'] as const;

type GaugeName = (typeof GAUGES)[number];

interface Series {
  readonly counts: Float64Array;
  sum: number;
}

/**
 * The counters that Dynamo's frontend shows under `/metrics`, with its names and labels. As there,
 * a series appears with its first request. Bucket bounds are ours, about three a decade.
 */
export class FrontendMetrics {
  readonly #values = new Map<CounterName | GaugeName, Map<string, number>>();
  readonly #histograms = new Map<HistogramName, Map<string, Series>>();

  /** Adds to a counter or a gauge. */
  add(name: CounterName | GaugeName, labels: Readonly<Record<string, string>>, by = 1): void {
    const series = computed(this.#values, name, () => new Map<string, number>());
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** Adds one observation, or several equal ones, to a histogram. */
  observe(name: HistogramName, model: string, value: number, times = 1): void {
    const bounds = HISTOGRAMS[name];
    const series = computed(
      computed(this.#histograms, name, () => new Map<string, Series>()),
      labelText({ model }),
      () => ({ counts: new Float64Array(bounds.length + 1), sum: 0 }),
    );
    const bucket = bounds.findIndex((bound) => value <= bound);
    series.counts[bucket < 0 ? bounds.length : bucket]! += times;
    series.sum += value * times;
  }

  /** A request was read. */
  started({ model, endpoint, stream }: RequestLabels): void {
    this.add('requests_started_total', {
      model,
      endpoint: ENDPOINT_LABELS[endpoint],
      ...type(stream),
    });
    for (const gauge of GAUGES.slice(0, 2)) this.add(gauge, { model });
    this.add('queued_requests', { model });
  }

  /** Its first token left. */
  firstToken(model: string, ttftS: number): void {
    this.observe('time_to_first_token_seconds', model, ttftS);
    this.add('queued_requests', { model }, -1);
  }

  /** It is over; `errorType` is empty for a success. */
  ended(labels: RequestLabels, durationS: number, errorType: string, hadToken: boolean): void {
    const { model } = labels;
    this.refused(labels, errorType);
    this.observe('request_duration_seconds', model, durationS);
    for (const gauge of GAUGES.slice(0, 2)) this.add(gauge, { model }, -1);
    if (!hadToken) this.add('queued_requests', { model }, -1);
    if (errorType === 'cancelled') this.add('disconnected_clients', {});
  }

  /** It was answered without ever being started. */
  refused({ model, endpoint, stream }: RequestLabels, errorType: string): void {
    this.add('requests_total', {
      model,
      endpoint: ENDPOINT_LABELS[endpoint],
      ...type(stream),
      status: errorType === '' ? 'success' : 'error',
      error_type: errorType,
    });
  }

  /** The text exposition format of Prometheus, names prefixed with `dynamo_frontend_`. */
  render(): string {
    const lines: string[] = [];
    for (const [name, series] of this.#values) {
      const kind = (COUNTERS as readonly string[]).includes(name) ? 'counter' : 'gauge';
      lines.push(`# TYPE ${PREFIX}${name} ${kind}`);
      for (const [labels, value] of series)
        lines.push(`${PREFIX}${name}${braced(labels)} ${value}`);
    }
    for (const [name, series] of this.#histograms) {
      lines.push(`# TYPE ${PREFIX}${name} histogram`);
      for (const [labels, { counts, sum }] of series) {
        let below = 0;
        for (const [index, count] of counts.entries()) {
          below += count;
          const bound = HISTOGRAMS[name][index] ?? '+Inf';
          lines.push(`${PREFIX}${name}_bucket{${labels},le="${bound}"} ${below}`);
        }
        lines.push(`${PREFIX}${name}_sum{${labels}} ${sum}`);
        lines.push(`${PREFIX}${name}_count{${labels}} ${below}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }
}

const PREFIX = 'dynamo_frontend_';

const ENDPOINT_LABELS = { chat: 'chat_completions', completions: 'completions' } as const;

const type = (stream: boolean) => ({ request_type: stream ? 'stream' : 'unary' });

const braced = (labels: string) => (labels === '' ? '' : `{${labels}}`);

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

function computed<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}
