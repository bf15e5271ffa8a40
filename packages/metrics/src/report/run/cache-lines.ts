import type { CacheExpectation } from '../../schemas/conditions.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatShare } from '../../values/units.ts';
import type { Page } from '../layout.ts';

const NOT_COLD =
  'More was cached than the selected rows share with each other, so the server was not cold. ' +
  'Clear its cache, or take another --seed.';

/** Dynamo says 0 where the beginning of a prompt was cached by a prefill worker of its own. */
const NOT_COUNTED =
  'The router found cached prefixes, and the usage of the answers counts none: it may leave out' +
  ' the caches of prefill workers.';

export function describeCache({ cache, rows }: Summary, page: Page): string[] {
  if (cache === undefined) return [];
  const { observed, router, predicted, expected, exceeds_prediction: exceeds } = cache;
  // A count of rows stands where it is not the same as above.
  const reportedFor = (counted: number) =>
    page.verbose || counted !== rows.ok ? `reported for ${formatDecimal(counted)} rows` : undefined;
  const ofServer =
    observed === undefined
      ? ['the server reports no cached tokens']
      : [
          `${formatShare(observed.cached_tokens, observed.prompt_tokens)} of prompt tokens were cached`,
          page.verbose
            ? `${formatDecimal(observed.cached_tokens)} of ${formatDecimal(observed.prompt_tokens)}`
            : undefined,
          reportedFor(observed.rows),
        ];
  const ofRouter = router && [
    `the router found ${formatShare(router.mean_hit_rate, 1)} of a prompt in caches on average`,
    reportedFor(router.rows),
  ];
  const ceiling = predicted && [
    `ceiling of a cold cache ${formatShare(predicted.cached_tokens, predicted.prompt_tokens)}`,
    router && `${formatShare(predicted.mean_hit_rate, 1)} of a prompt on average`,
  ];
  const isNotCounted = observed?.cached_tokens === 0 && (router?.mean_hit_rate ?? 0) > 0;
  const facts = [
    ...(observed?.prompt_tokens === 0 ? [] : ofServer),
    ...(ofRouter ?? []),
    ...(predicted?.prompt_tokens === 0 ? [] : (ceiling ?? [])),
  ];
  return [
    ...page.facts(facts),
    ...page.facts(
      expected && predicted && describeExpectation(expected, predicted.prompt_tokens, router),
    ),
    ...(isNotCounted ? page.prose(NOT_COUNTED) : []),
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
