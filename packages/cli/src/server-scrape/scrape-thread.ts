import { createWriteStream, openSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

import ndjson from 'ndjson';

import { fetchPage } from './fetch-page.ts';
import type { FromScraper, ScraperData } from './protocol.ts';
import { startScrape } from './scrape.ts';

/** The thread's entry: fetching, parsing and writing take no time from whoever sends and reads. */
const { endpoints, path, tls, everyMs, timeoutMs } = workerData as ScraperData;
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
  fetchPage: (url) => fetchPage(url, tls, timeoutMs),
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
