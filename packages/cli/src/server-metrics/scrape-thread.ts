import { closeSync, openSync, writeSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

import ndjson from 'ndjson';

import { fetchPage } from './fetch-page.ts';
import type { FromScraper, ScraperData } from './protocol.ts';
import { startScrape } from './scrape.ts';

/** The thread's entry: fetching, parsing and writing take no time from whoever sends and reads. */
const { endpoints, path, tls, everyMs, timeoutMs } = workerData as ScraperData;
const post = (message: FromScraper) => parentPort?.postMessage(message);
const file = openSync(path, 'ax', 0o640);
const lines = ndjson.stringify();
lines.on('data', (line: string) => writeSync(file, line));

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
    await finished(lines);
    closeSync(file);
    post({ kind: 'ended', endpoints: found });
    parentPort?.close();
  });
});
