import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { SCHEMA_VERSION, type ServerMetrics } from '@trace-replay/metrics/internal';

import { endpointsOf } from './endpoints.ts';
import type { PageTls } from './fetch-page.ts';
import type { FromScraper, ScraperData } from './scrape-thread.ts';

/** The one entry of a bundle (scripts/bundle.mjs), which reads in `argv` whose thread it is. */
declare const BUNDLE_FILE: string | undefined;

const ENTRY = 'server-scrape/scrape-thread';
const EVERY_MS = 1000;
const TIMEOUT_MS = 2000;
/** From the end of the last row until a server has surely counted it. */
const SETTLE_MS = 200;
/** Past every time limit of the thread: it hangs, and the run does not wait for it. */
const GIVE_UP_MS = 3 * TIMEOUT_MS;

export interface ServerMetricsOptions {
  /** `--server-metrics`; empty is the default. */
  readonly asked: readonly string[];
  readonly targets: readonly string[];
  readonly tls: PageTls;
  /** Values that no file may repeat. */
  readonly secrets?: readonly string[] | undefined;
  /** Of `server_metrics.jsonl`. */
  readonly path: string;
  readonly onWarning: (text: string) => void;
}

/** The servers' own figures, as long as a run goes on. */
export interface ServerMetricsScraper {
  /** Asks once more, and gives what was seen; nothing if nobody ever answered unasked. */
  stop(): Promise<ServerMetrics | undefined>;
}

/**
 * Starts to scrape, on a thread of its own, and waits until each endpoint was asked once: what they
 * say from then on is of the run. Nothing that goes wrong here is an error.
 *
 * @returns nothing if `off`
 */
export async function startServerMetrics(
  options: ServerMetricsOptions,
): Promise<ServerMetricsScraper | undefined> {
  const { path, tls, secrets = [], onWarning } = options;
  const endpoints = endpointsOf(options.asked, options.targets);
  if (endpoints.length === 0) return undefined;
  const data = { endpoints, path, tls, secrets, everyMs: EVERY_MS, timeoutMs: TIMEOUT_MS };
  const worker = new Worker(entryFile(), {
    argv: [ENTRY],
    workerData: data satisfies ScraperData,
  });
  const started_unix_ms = Date.now();
  let isDead = false;
  worker.on('error', (error) => {
    isDead = true;
    onWarning(`The server's metrics are not scraped any more: ${error.message}`);
  });
  const errors = (await next(worker, 'first'))?.errors ?? [];
  const isUnasked = options.asked.length === 0;
  if (isDead || (isUnasked && errors.every((error) => error !== undefined))) {
    await worker.terminate();
    rmSync(path, { force: true });
    return undefined;
  }
  for (const [index, error] of errors.entries()) {
    if (error === undefined || isUnasked) continue;
    onWarning(`No metrics from ${endpoints[index]?.name ?? ''}: ${error}.`);
  }
  let ending: Promise<ServerMetrics | undefined> | undefined;
  return { stop: () => (ending ??= stop()) };

  async function stop(): Promise<ServerMetrics | undefined> {
    if (isDead) return undefined;
    await sleep(SETTLE_MS);
    worker.postMessage('stop');
    const ended = await next(worker, 'ended');
    await worker.terminate();
    if (ended === undefined) return undefined;
    const ended_unix_ms = Date.now();
    const endpoints = [...ended.endpoints];
    return { schema_version: SCHEMA_VERSION, started_unix_ms, ended_unix_ms, endpoints };
  }
}

/** The thread's next message of a kind; nothing if it dies or hangs. */
function next<Kind extends FromScraper['kind']>(
  worker: Worker,
  kind: Kind,
): Promise<Extract<FromScraper, { kind: Kind }> | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), GIVE_UP_MS);
    const done = (message?: FromScraper) => {
      if (message !== undefined && message.kind !== kind) return;
      clearTimeout(timer);
      worker.off('message', done);
      resolve(message as Extract<FromScraper, { kind: Kind }> | undefined);
    };
    worker.on('message', done);
    worker.once('error', () => done());
    worker.once('exit', () => done());
  });
}

/** Compiled, also when this module runs from its source: Node 20 runs no TypeScript. */
function entryFile(): string {
  if (typeof BUNDLE_FILE !== 'undefined') return BUNDLE_FILE;
  const directory = import.meta.url.endsWith('.ts') ? '../../dist/' : '../';
  return fileURLToPath(new URL(`${directory}${ENTRY}.js`, import.meta.url));
}
