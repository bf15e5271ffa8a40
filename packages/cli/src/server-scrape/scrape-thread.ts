import { createWriteStream, openSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

import type { ServerEndpoint } from '@trace-replay/metrics/internal';
import ndjson from 'ndjson';

import type { Endpoint } from './endpoints.ts';
import { fetchPage, type PageTls } from './fetch-page.ts';
import { startScrape } from './scrape.ts';

export interface ScraperData {
  readonly endpoints: readonly Endpoint[];
  /** Of `server_metrics.jsonl`; it is not there yet. */
  readonly path: string;
  readonly tls: PageTls;
  /** Values that no file may repeat, whatever a page says. */
  readonly secrets: readonly string[];
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Any message to the thread ends it. */
export type FromScraper =
  | { readonly kind: 'first'; readonly errors: readonly (string | undefined)[] }
  | { readonly kind: 'ended'; readonly endpoints: readonly ServerEndpoint[] };

/** The thread's entry: fetching, parsing and writing take no time from whoever sends and reads. */
const { endpoints, path, tls, secrets, everyMs, timeoutMs } = workerData as ScraperData;
const post = (message: FromScraper) => parentPort?.postMessage(message);
const file = createWriteStream(path, { fd: openSync(path, 'ax', 0o640) });
// It ends the thread: the run says so, and goes on. Without this a pipe keeps it to itself.
file.on('error', (error) => {
  throw error;
});
const lines = ndjson.stringify();
lines.pipe(file);

const scrape = startScrape({
  endpoints,
  everyMs,
  async fetchPage(url) {
    const text = await fetchPage(url, tls, timeoutMs);
    return secrets.reduce((page, secret) => page.replaceAll(secret, '[redacted]'), text);
  },
  write: (line) => lines.write(line),
  nowMs: () => performance.timeOrigin + performance.now(),
});
void scrape.first.then((errors) => post({ kind: 'first', errors }));
parentPort?.once('message', () => {
  void scrape.stop().then(async (found) => {
    lines.end();
    await finished(file);
    post({ kind: 'ended', endpoints: found });
    parentPort?.close();
  });
});
