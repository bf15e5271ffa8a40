import type { Endpoint } from '../request/generation-request.ts';
import { MetricRegistry, type Labels } from './registry.ts';

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

const KINDS = {
  requests_total: 'counter',
  requests_started_total: 'counter',
  output_tokens_total: 'counter',
  disconnected_clients: 'counter',
  inflight_requests: 'gauge',
  active_requests: 'gauge',
  queued_requests: 'gauge',
} as const;

const IN_FLIGHT = ['inflight_requests', 'active_requests'] as const;

/**
 * The counters that Dynamo's frontend shows under `/metrics`, with its names and labels. As there,
 * a series appears with its first request. Bucket bounds are ours, about three a decade.
 */
export class FrontendMetrics {
  readonly #registry: MetricRegistry;

  constructor(registry = new MetricRegistry()) {
    this.#registry = registry;
  }

  /** Adds to a counter or a gauge. */
  add(name: keyof typeof KINDS, labels: Labels, by = 1): void {
    this.#registry.add(KINDS[name], PREFIX + name, labels, by);
  }

  /** Adds one observation, or several equal ones, to a histogram. */
  observe(name: keyof typeof HISTOGRAMS, model: string, value: number, times = 1): void {
    this.#registry.observe(PREFIX + name, HISTOGRAMS[name], { model }, value, times);
  }

  /** A request was read. */
  started({ model, endpoint, stream }: RequestLabels): void {
    this.add('requests_started_total', {
      model,
      endpoint: ENDPOINT_LABELS[endpoint],
      ...type(stream),
    });
    for (const gauge of IN_FLIGHT) this.add(gauge, { model });
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
    for (const gauge of IN_FLIGHT) this.add(gauge, { model }, -1);
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
}

const PREFIX = 'dynamo_frontend_';

const ENDPOINT_LABELS = { chat: 'chat_completions', completions: 'completions' } as const;

const type = (stream: boolean) => ({ request_type: stream ? 'stream' : 'unary' });
