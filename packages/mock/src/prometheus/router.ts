import { MetricRegistry } from './registry.ts';

const PREFIX = 'dynamo_component_router_';

/** Dynamo's own bounds: twentieths. */
const SHARES = Array.from({ length: 21 }, (_, index) => index * 0.05);
const SECONDS = [0, 0.0022, 0.0047, 0.01, 0.022, 0.047, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 48];

/** Worker ids are hexadecimal here, and this one is the frontend's own. */
const LABELS = {
  dynamo_component: 'backend',
  dynamo_namespace: 'dynamo',
  router_id: '1',
  worker_id: '1',
} as const;

/**
 * What Dynamo's KV-aware router shows under `/metrics`. As there, a request that one worker
 * prefills and another decodes is routed twice, and both count with the hit rate of the first.
 */
export class RouterMetrics {
  readonly #registry: MetricRegistry;

  constructor(registry = new MetricRegistry()) {
    this.#registry = registry;
  }

  /** @param hitRate share of the prompt's blocks that were expected to be cached, 0 to 1 */
  routed(hitRate: number): void {
    this.#registry.add('counter', `${PREFIX}requests_total`, LABELS);
    this.#registry.observe(`${PREFIX}kv_hit_rate`, SHARES, LABELS, hitRate);
  }

  /** @param transferS from the end of prefill to the worker that decodes; absent for one worker */
  firstToken(ttftS: number, transferS: number | undefined): void {
    this.#observeSeconds('time_to_first_token_seconds', ttftS);
    if (transferS !== undefined) {
      this.#observeSeconds('kv_transfer_estimated_latency_seconds', transferS);
    }
  }

  #observeSeconds(name: string, seconds: number): void {
    this.#registry.observe(PREFIX + name, SECONDS, LABELS, seconds);
  }
}
