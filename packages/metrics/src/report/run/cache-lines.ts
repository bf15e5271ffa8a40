import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatShare } from '../../values/units.ts';
import type { Page } from '../layout.ts';

const NOT_COLD =
  'More was cached than the selected rows share with each other, so the server was not cold. ' +
  'Clear its cache, or take another --seed.';

export function describeCache({ cache }: Summary, page: Page): string[] {
  if (cache === undefined) return [];
  const { observed, router, predicted, exceeds_prediction: exceeds } = cache;
  const ofServer =
    observed === undefined
      ? ['the server did not tell what it had cached']
      : [
          `${formatShare(observed.cached_tokens, observed.prompt_tokens)} of prompt tokens were cached`,
          `${formatDecimal(observed.cached_tokens)} of ${formatDecimal(observed.prompt_tokens)}`,
          `told for ${formatDecimal(observed.rows)} rows`,
        ];
  const ofRouter = router && [
    `the router expected ${formatShare(router.mean_hit_rate, 1)} of a prompt on average`,
    `told for ${formatDecimal(router.rows)} rows`,
  ];
  const ofColdCache = predicted && [
    `a cold cache holds at most ${formatShare(predicted.cached_tokens, predicted.prompt_tokens)}`,
    router && `${formatShare(predicted.mean_hit_rate, 1)} of a prompt on average`,
  ];
  return [
    ...(observed?.prompt_tokens === 0 ? [] : page.facts(ofServer)),
    ...page.facts(ofRouter),
    ...(predicted?.prompt_tokens === 0 ? [] : page.facts(ofColdCache)),
    ...(exceeds && predicted ? page.warning(NOT_COLD) : []),
  ];
}
