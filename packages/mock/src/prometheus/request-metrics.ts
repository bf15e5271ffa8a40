import type { RequestLog } from '../journal/request-log.ts';
import type { GenerationEndpoint } from '../request/generation-request.ts';
import type { OnTokens, ServiceFacts } from '../serving/model.ts';
import { MetricRegistry } from './registry.ts';

/** The labels of one request's series. */
export interface RequestLabels {
  readonly model: string;
  readonly endpoint: GenerationEndpoint;
  readonly stream: boolean;
}

/** One request that is being counted. */
export interface CountedRequest {
  /** Passes tokens on and counts those that were sent. */
  around(send: OnTokens): OnTokens;
  /** Counts the end, whatever it was. */
  ended(nowNs: number): void;
}

const FRONTEND = 'dynamo_frontend_';
const ROUTER = 'dynamo_component_router_';

const SECONDS = [0.001, 0.0022, 0.0047, 0.01, 0.022, 0.047, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10];
const LONG_SECONDS = [...SECONDS, 22, 47, 100, 220, 480];
const TOKENS = [1, 10, 50, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
/** Dynamo's own bounds for a share: twentieths. */
const SHARES = Array.from({ length: 21 }, (_, index) => index * 0.05);

const HISTOGRAMS = {
  request_duration_seconds: LONG_SECONDS,
  time_to_first_token_seconds: [0, ...LONG_SECONDS],
  inter_token_latency_seconds: SECONDS,
  input_sequence_tokens: TOKENS,
  output_sequence_tokens: TOKENS,
  cached_tokens: TOKENS,
} as const;

const ENDPOINT_LABELS = { chat: 'chat_completions', completions: 'completions' } as const;

/** Worker ids are hexadecimal here, and this one is the frontend's own. */
const ROUTER_LABELS = {
  dynamo_component: 'backend',
  dynamo_namespace: 'dynamo',
  router_id: '1',
  worker_id: '1',
} as const;

/**
 * The counters of Dynamo's frontend and KV-aware router, with their names and labels. As there, a
 * series appears with its first request. Bucket bounds are ours, about three a decade.
 */
export class RequestMetrics {
  readonly #registry = new MetricRegistry();

  /** The page of `/metrics`. */
  render(): string {
    return this.#registry.render();
  }

  /** Counts a request that ended; `errorType` is empty for a success. */
  answered({ model, endpoint, stream }: RequestLabels, errorType: string): void {
    this.#registry.add('counter', `${FRONTEND}requests_total`, {
      model,
      endpoint: ENDPOINT_LABELS[endpoint],
      request_type: stream ? 'stream' : 'unary',
      status: errorType === '' ? 'success' : 'error',
      error_type: errorType,
    });
  }

  /** Counts a request as started. Durations begin when its body is complete. */
  follow(labels: RequestLabels, log: RequestLog, facts: ServiceFacts): CountedRequest {
    const { model } = labels;
    const { startNs } = log;
    const inFlight = `${FRONTEND}inflight_requests`;
    this.#registry.add('gauge', inFlight, { model });
    this.#observe('input_sequence_tokens', model, log.promptTokens ?? 0);
    this.#routed(facts);
    return {
      around: (send) => (tokens, dueNs) => {
        const lastNs = log.lastTokenNs;
        send(tokens, dueNs);
        const nowNs = log.lastTokenNs;
        if (nowNs === undefined || nowNs === lastNs) return;
        if (lastNs !== undefined) {
          const gapS = (nowNs - lastNs) / tokens / 1e9;
          return this.#observe('inter_token_latency_seconds', model, gapS, tokens);
        }
        this.#observe('time_to_first_token_seconds', model, (nowNs - startNs) / 1e9);
        this.#observe('cached_tokens', model, facts.toldCachedTokens);
        // As in Dynamo, a request that one worker prefills and another decodes is routed twice.
        if (facts.transferNs !== undefined) this.#routed(facts);
      },
      ended: (nowNs) => {
        this.answered(labels, errorTypeOf(log));
        this.#registry.add('gauge', inFlight, { model }, -1);
        this.#observe('request_duration_seconds', model, (nowNs - startNs) / 1e9);
        this.#observe('output_sequence_tokens', model, log.tokensSent);
        if (log.result !== 'client_gone') return;
        this.#registry.add('counter', `${FRONTEND}disconnected_clients`, {});
      },
    };
  }

  #observe(name: keyof typeof HISTOGRAMS, model: string, value: number, times = 1): void {
    this.#registry.observe(FRONTEND + name, HISTOGRAMS[name], { model }, value, times);
  }

  #routed({ kvHitRate }: ServiceFacts): void {
    if (kvHitRate === undefined) return;
    this.#registry.add('counter', `${ROUTER}requests_total`, ROUTER_LABELS);
    this.#registry.observe(`${ROUTER}kv_hit_rate`, SHARES, ROUTER_LABELS, kvHitRate);
  }
}

function errorTypeOf({ result }: RequestLog): string {
  if (result === 'completed') return '';
  return result === 'client_gone' ? 'cancelled' : 'internal';
}
