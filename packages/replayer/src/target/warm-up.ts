import type { RequestRecord } from '@trace-replay/metrics';
import pLimit from 'p-limit';

import type { CreateTransport } from '../client/transport.ts';
import { performRequest } from '../request/perform-request.ts';
import { createClock, nodeTimers, zeroIn } from '../time/clock.ts';
import { OpenTargets, type Sending } from './open-targets.ts';

export interface WarmUpOptions {
  readonly requests: number;
  readonly concurrency: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Index of the warm-up request → body. */
  readonly write: (index: number) => Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly createTransport?: CreateTransport | undefined;
}

/**
 * Sends requests in a closed loop before the replay: `requests` calls, `concurrency` at a time,
 * targets in turn. Their prompts share nothing with the trace, so they warm no prefix of it.
 *
 * @returns the records, which belong to no figure
 */
export async function warmUp(
  sending: Sending,
  {
    requests,
    concurrency,
    inputTokens,
    outputTokens,
    write,
    signal,
    createTransport,
  }: WarmUpOptions,
): Promise<readonly RequestRecord[]> {
  const clock = createClock(zeroIn(0));
  const open = new OpenTargets(sending, { clock, timers: nodeTimers, createTransport });
  const limit = pLimit(concurrency);

  function call(row: number): Promise<RequestRecord> {
    signal?.throwIfAborted();
    const target = row % sending.targets.length;
    const dueNs = clock.nowNs();
    return new Promise((resolve) => {
      const abort = performRequest(
        { row, dueNs, inputTokens, outputTokens, target, body: write(row) },
        (record) => {
          signal?.removeEventListener('abort', abort);
          resolve(record);
        },
        open.optionsFor(target, `warm-up-${row}`),
      );
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  try {
    return await Promise.all(Array.from({ length: requests }, (_, row) => limit(call, row)));
  } finally {
    open.close();
  }
}
