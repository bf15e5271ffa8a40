import { UsageError } from '../io/errors.ts';

export interface Endpoint {
  /** As artifacts and messages name it: without user name, password and query. */
  readonly name: string;
  readonly url: string;
}

const OFF = 'off';

/**
 * The pages to scrape: those of `--server-metrics`, or `/metrics` of each target.
 *
 * @returns none if `off`
 * @throws {UsageError} for what is no URL
 */
export function endpointsOf(
  asked: readonly string[],
  targets: readonly string[],
): readonly Endpoint[] {
  if (asked.includes(OFF)) {
    if (asked.length === 1) return [];
    throw new UsageError(
      `Cannot use --server-metrics "${OFF}" beside URLs, expected one or the other`,
    );
  }
  const urls = asked.length > 0 ? asked : targets.map((target) => `${target}/metrics`);
  return [...new Set(urls)].map(endpointOf);
}

function endpointOf(text: string): Endpoint {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    // Without user name, password and query.
    const shown = text.replace(/\/\/[^\s"]*@/, '//').replace(/[?#].*/s, '');
    throw new UsageError(
      `Cannot use --server-metrics "${shown}": expected "off" or a URL such as ` +
        '"http://localhost:8000/metrics"',
    );
  }
  const { origin, pathname } = new URL(text);
  return { name: `${origin}${pathname}`, url: text };
}
