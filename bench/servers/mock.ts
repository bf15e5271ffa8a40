import { startMock } from '@trace-replay/mock';
import type { JournalEntry } from '@trace-replay/mock/internal';

import type { ServedRequest, ServerKind } from './server.ts';

/**
 * The project's own mock as the server. Its journal is on CLOCK_MONOTONIC already. It is one thread
 * of Node: at 30,000 events a second it is late itself, and its log says so.
 */
export const mockKind: ServerKind = {
  name: 'mock',
  async start({ ttftMs, itlMs }) {
    const model = 'mock-model';
    const mock = await startMock({ model, latency: { ttftMs, itlMs } });
    return {
      url: mock.url,
      port: Number(new URL(mock.url).port),
      pid: mock.pid,
      model,
      log: async () => ({ requests: (await mock.journal()).requests.map(served) }),
      stop: () => mock.stop(),
    };
  },
};

function served(entry: JournalEntry): ServedRequest {
  const ms = (name: 'body' | 'first_token' | 'last_token') => {
    const text = entry[`${name}_ns`];
    return text === undefined ? undefined : nsToMs(text);
  };
  const [bodyAtMs, firstTokenAtMs, lastTokenAtMs] = [
    ms('body'),
    ms('first_token'),
    ms('last_token'),
  ];
  return {
    ...(entry.request_id !== undefined && { requestId: entry.request_id }),
    headersAtMs: nsToMs(entry.headers_ns),
    ...(bodyAtMs !== undefined && { bodyAtMs }),
    ...(entry.body_bytes !== undefined && { bodyBytes: entry.body_bytes }),
    ...(firstTokenAtMs !== undefined && { firstTokenAtMs }),
    ...(lastTokenAtMs !== undefined && { lastTokenAtMs }),
    tokens: entry.tokens_sent,
    isOk: entry.outcome === 'completed',
  };
}

/** Digits → milliseconds; the whole ones first, as nanoseconds of a long uptime pass 2^53. */
function nsToMs(text: string): number {
  const ns = BigInt(text);
  return Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;
}
