import type { ServerEndpoint } from '@trace-replay/metrics/internal';

import type { Endpoint } from './endpoints.ts';
import type { PageTls } from './fetch-page.ts';

export interface ScraperData {
  readonly endpoints: readonly Endpoint[];
  /** Of `server_metrics.jsonl`; it is not there yet. */
  readonly path: string;
  readonly tls: PageTls;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Any message to the thread ends it. */
export type FromScraper =
  | { readonly kind: 'first'; readonly errors: readonly (string | undefined)[] }
  | { readonly kind: 'ended'; readonly endpoints: readonly ServerEndpoint[] };
