import type { ServerEndpoint } from '@trace-replay/metrics/internal';

import { EndpointFigures } from './endpoint-figures.ts';
import type { Endpoint } from './endpoints.ts';
import { parsePage } from './parse-page.ts';

export interface ScrapeOptions {
  readonly endpoints: readonly Endpoint[];
  /** Gives the text of a page, or throws with a short sentence. */
  readonly fetchPage: (url: string) => Promise<string>;
  /** Takes what becomes a line of `server_metrics.jsonl`. */
  readonly write: (line: object) => void;
  readonly everyMs: number;
  /** Wall clock, ms since the Unix epoch. */
  readonly nowMs: () => number;
}

export interface Scrape {
  /** Resolves when every endpoint was asked once: what went wrong, by endpoint. */
  readonly first: Promise<readonly (string | undefined)[]>;
  /** Asks every endpoint once more and gives what all said; endpoints that never answered too. */
  stop(): Promise<readonly ServerEndpoint[]>;
}

/**
 * Asks every endpoint once an interval, each at its own pace: one that takes longer than the
 * interval is asked less often, and never twice at once.
 */
export function startScrape(options: ScrapeOptions): Scrape {
  const { endpoints, everyMs } = options;
  const scraped = endpoints.map((endpoint, index) => {
    const figures = new EndpointFigures(endpoint.name);
    let underWay: Promise<string | undefined> | undefined;
    const ask = (): Promise<string | undefined> => {
      underWay ??= scrapeOnce(figures, index, endpoint, options).finally(() => {
        underWay = undefined;
      });
      return underWay;
    };
    return { figures, ask, settle: async () => void (await underWay) };
  });
  const first = Promise.all(scraped.map(({ ask }) => ask()));
  const timer = setInterval(() => {
    for (const { ask } of scraped) void ask();
  }, everyMs);
  return {
    first,
    async stop() {
      clearInterval(timer);
      await Promise.all(scraped.map(({ settle }) => settle()));
      await Promise.all(scraped.map(({ ask }) => ask()));
      return scraped.map(({ figures }) => figures.result());
    },
  };
}

/** Never throws: a dead endpoint is a line like any other. */
async function scrapeOnce(
  figures: EndpointFigures,
  index: number,
  { name, url }: Endpoint,
  { fetchPage, write, nowMs }: ScrapeOptions,
): Promise<string | undefined> {
  const unix_ms = nowMs();
  const head = { schema_version: 1, unix_ms, endpoint: index, url: name };
  try {
    const page = parsePage(await fetchPage(url));
    // Before its first request a server may have nothing to say; a web page has nothing ever.
    if (page.samples.length === 0 && page.unreadLines > 0) throw new Error('it is no metrics page');
    const series = figures.add(page);
    write({ ...head, took_ms: nowMs() - unix_ms, series });
    return undefined;
  } catch (cause) {
    const error = (cause as Error).message;
    figures.fail(error);
    write({ ...head, error });
    return error;
  }
}
