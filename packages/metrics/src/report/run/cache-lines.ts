import type { CacheExpectation } from '../../schemas/conditions.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatShare } from '../../values/units.ts';
import type { Page } from '../layout.ts';

const NOT_COLD =
  'More was cached than the selected rows share with each other, so the server was not cold. ' +
  'Clear its cache, or take another --seed.';

export function describeCache({ cache }: Summary, page: Page): string[] {
  if (cache === undefined) return [];
  const { observed, router, predicted, expected, exceeds_prediction: exceeds } = cache;
  const ofServer =
    observed === undefined
      ? ['the server did not report what it had cached']
      : [
          `${formatShare(observed.cached_tokens, observed.prompt_tokens)} of prompt tokens were cached`,
          `${formatDecimal(observed.cached_tokens)} of ${formatDecimal(observed.prompt_tokens)}`,
          `reported for ${formatDecimal(observed.rows)} rows`,
        ];
  const ofRouter = router && [
    `the router found ${formatShare(router.mean_hit_rate, 1)} of a prompt in caches on average`,
    `reported for ${formatDecimal(router.rows)} rows`,
  ];
  const ceiling = predicted && [
    `ceiling of a cold cache ${formatShare(predicted.cached_tokens, predicted.prompt_tokens)}`,
    router && `${formatShare(predicted.mean_hit_rate, 1)} of a prompt on average`,
  ];
  return [
    ...(observed?.prompt_tokens === 0 ? [] : page.facts(ofServer)),
    ...page.facts(ofRouter),
    ...(predicted?.prompt_tokens === 0 ? [] : page.facts(ceiling)),
    ...page.facts(
      expected && predicted && describeExpectation(expected, predicted.prompt_tokens, router),
    ),
    ...(exceeds && predicted ? page.warning(NOT_COLD) : []),
  ];
}

/** @param router whether a router reports hit rates, which are means over rows */
function describeExpectation(
  { workers, cache_tokens: cacheTokens, kv_aware: kv, round_robin: roundRobin }: CacheExpectation,
  promptTokens: number,
  router: object | undefined,
): string[] {
  const hits = (one: typeof kv) =>
    formatShare(one.cached_tokens, promptTokens) +
    (router ? `, ${formatShare(one.mean_hit_rate, 1)} of a prompt on average` : '');
  return [
    `expected with ${formatDecimal(workers)} × ${formatDecimal(cacheTokens)} tokens: ` +
      `KV-aware routing ${hits(kv)}`,
    `round robin ${hits(roundRobin)}`,
  ];
}
