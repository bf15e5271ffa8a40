import { type Accumulator, HIT_RATE_UNITS } from '../accumulator/accumulator.ts';
import type { Conditions } from '../schemas/conditions.ts';
import type { Summary } from '../schemas/summary.ts';

export type CacheSummary = NonNullable<Summary['cache']>;

/** Rows of one burst may be routed in any order, which changes the mean a little. */
const ROUTER_ALLOWANCE = 0.01;

/**
 * What the server took from its caches, by its own word and by its router's, beside what the rows
 * let a cold server take; `undefined` when none is known.
 */
export function cacheOf({ okSums }: Accumulator, { trace }: Conditions): CacheSummary | undefined {
  const observedRows = okSums.get('cache_rows');
  const routerRows = okSums.get('hit_rate_rows');
  const { cache_prediction: prediction, cache_expectation: expected } = trace;
  const promptTokens = okSums.get('cache_prompt_tokens');
  const observed = observedRows > 0 && {
    rows: observedRows,
    cached_tokens: okSums.get('cached_tokens'),
    prompt_tokens: promptTokens,
  };
  const router = routerRows > 0 && {
    rows: routerRows,
    mean_hit_rate: okSums.get('hit_rate_billionths') / routerRows / HIT_RATE_UNITS,
  };
  const predicted = prediction && { rows: trace.selected_rows, ...prediction };
  if (!observed && !router && !predicted && !expected) return undefined;
  const seen = { observed: observed || undefined, router: router || undefined, predicted };
  const templateTokens = Math.max(0, promptTokens - okSums.get('cache_input_asked'));
  return { ...seen, expected, exceeds_prediction: isExceeded(seen, templateTokens) || undefined };
}

/**
 * Compares sums, not shares: a run of which rows are missing is never suspected wrongly.
 *
 * @param templateTokens that the chat template added to the prompts: the same in all, so they may
 *   be cached
 */
function isExceeded({ observed, router, predicted }: CacheSummary, templateTokens: number) {
  if (!predicted) return false;
  if (observed && observed.cached_tokens > predicted.cached_tokens + templateTokens) return true;
  if (!router) return false;
  const templateShare = observed ? templateTokens / Math.max(1, observed.prompt_tokens) : 0;
  const largestRate = predicted.mean_hit_rate + ROUTER_ALLOWANCE + templateShare;
  return router.mean_hit_rate * router.rows > largestRate * predicted.rows;
}
