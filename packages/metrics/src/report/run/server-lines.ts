import { printable } from '../../values/printable.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import type { Page } from '../layout.ts';

const ANOTHER =
  'The server counted other requests or tokens than we did: others use it, or it counts in another way.';

export function describeServer({ server_metrics: said }: Summary, page: Page): string[] {
  if (said === undefined) return [];
  const { endpoints, check } = said;
  const dead = endpoints.filter(({ failures }) => failures > 0);
  if (check === undefined && dead.length === 0) {
    return page.facts([`${formatDecimal(endpoints.length)} pages scraped, nothing to compare`]);
  }
  return [
    ...page.facts(check && factsOf(check)),
    ...(check && isAnother(check) ? page.warning(ANOTHER) : []),
    ...dead.flatMap(({ url, scrapes, failures, last_error: error = 'no answer' }) =>
      page.warning(
        `${printable(url)}: ${formatDecimal(failures)} of ${formatDecimal(scrapes + failures)} ` +
          `scrapes failed, the last: ${printable(error)}`,
      ),
    ),
  ];
}

type Check = NonNullable<NonNullable<Summary['server_metrics']>['check']>;

function factsOf({ source, requests, output_tokens: tokens, ...rest }: Check): string[] {
  const ttft = rest.time_to_first_token_mean_ms;
  const counts = [
    requests &&
      `${formatDecimal(requests.server)} requests ok, ${formatDecimal(requests.ours)} here`,
    tokens && `${formatDecimal(tokens.server)} output tokens, ${formatDecimal(tokens.ours)} here`,
    ttft && `mean TTFT ${formatMeasure(ttft.server)} ms, ${formatMeasure(ttft.ours)} ms here`,
  ].filter((fact) => fact !== undefined);
  return [`counted by ${source}: ${counts[0] ?? ''}`, ...counts.slice(1)];
}

function isAnother({ requests, output_tokens: tokens }: Check): boolean {
  return [requests, tokens].some((each) => (each?.difference ?? 0) !== 0);
}
