import type { CacheSummary } from '../../summary/cache.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatShare } from '../../values/units.ts';
import { flowFacts, flowProse, type Paint } from '../layout.ts';

const NOT_COLD =
  'More was cached than the selected rows share with each other, so the server was not cold. ' +
  'Clear its cache, or take another --seed.';

/** What the server and its router say about their caches, beside what a cold server could say. */
export function describeCache({ cache }: Summary, width: number, paint: Paint): string[] {
  if (cache === undefined) return [];
  const { observed, router, predicted, exceeds_prediction: exceeds } = cache;
  return [
    ...observedFacts(observed, width),
    ...flowFacts(routerFacts(router), width),
    ...flowFacts(predictedFacts(cache), width),
    ...(exceeds && predicted
      ? flowProse(NOT_COLD, width).map((line) => paint('yellow', line))
      : []),
  ];
}

function observedFacts(observed: CacheSummary['observed'], width: number): string[] {
  if (observed === undefined) return ['the server did not tell what it had cached'];
  if (observed.prompt_tokens === 0) return [];
  return flowFacts(
    [
      `${formatShare(observed.cached_tokens, observed.prompt_tokens)} of prompt tokens were cached`,
      `${formatDecimal(observed.cached_tokens)} of ${formatDecimal(observed.prompt_tokens)}`,
      `told for ${formatDecimal(observed.rows)} rows`,
    ],
    width,
  );
}

function routerFacts(router: CacheSummary['router']): (string | undefined)[] {
  if (router === undefined) return [];
  return [
    `the router expected ${formatShare(router.mean_hit_rate, 1)} of a prompt on average`,
    `told for ${formatDecimal(router.rows)} rows`,
  ];
}

function predictedFacts({ predicted, router }: CacheSummary): (string | undefined)[] {
  if (predicted === undefined || predicted.prompt_tokens === 0) return [];
  return [
    `a cold cache holds at most ${formatShare(predicted.cached_tokens, predicted.prompt_tokens)}`,
    router && `${formatShare(predicted.mean_hit_rate, 1)} of a prompt on average`,
  ];
}
