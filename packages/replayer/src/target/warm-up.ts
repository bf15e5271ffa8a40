import type { RequestRecord } from '@trace-replay/metrics';
import pLimit from 'p-limit';

import { createConnections } from '../client/connections.ts';
import type { Deadlines } from '../client/deadlines.ts';
import { createClock, nodeTimers, zeroIn } from '../time/clock.ts';
import { performRequest } from '../request/perform-request.ts';
import { connectionOptions, type Target } from './target.ts';

export interface WarmUpOptions {
  readonly requests: number;
  readonly concurrency: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly targets: readonly Target[];
  readonly path: string;
  readonly deadlines: Deadlines;
  readonly exactLength: boolean;
  /** Index of the warm-up request → body. */
  readonly write: (index: number) => Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends requests in a closed loop before the replay: `requests` calls, `concurrency` at a time,
 * targets in turn. Their prompts share nothing with the trace, so they warm no prefix of it.
 *
 * @returns the records, which belong to no figure
 */
export async function warmUp(options: WarmUpOptions): Promise<readonly RequestRecord[]> {
  const { requests, concurrency, targets, path, deadlines, exactLength, signal } = options;
  const clock = createClock(zeroIn(0));
  const pools = targets.map((target) =>
    createConnections(target.origin, { ...connectionOptions(target), clock }),
  );
  const limit = pLimit(concurrency);

  const call = (index: number) =>
    new Promise<RequestRecord>((resolve) => {
      const turn = index % targets.length;
      const target = targets[turn] as Target;
      const abort = performRequest(
        {
          row: index,
          dueNs: clock.nowNs(),
          inputTokens: options.inputTokens,
          outputTokens: options.outputTokens,
          target: turn,
          body: options.write(index),
        },
        (record) => {
          signal?.removeEventListener('abort', abort);
          resolve(record);
        },
        {
          connections: pools[turn] as (typeof pools)[number],
          path: `${target.basePath}${path}`,
          headers: { ...target.headers, 'x-request-id': `warm-up-${index}` },
          exactLength,
          clock,
          timers: nodeTimers,
          deadlines,
        },
      );
      signal?.addEventListener('abort', abort, { once: true });
    });

  try {
    return await Promise.all(
      Array.from({ length: requests }, (_, index) =>
        limit(() => {
          signal?.throwIfAborted();
          return call(index);
        }),
      ),
    );
  } finally {
    for (const pool of pools) pool.destroy();
  }
}
