import * as z from 'zod';

import type { Cancel, Timeline } from '../time/timeline.ts';
import {
  chunkEnd,
  type OnTokens,
  type Service,
  type ServingModel,
  type Work,
  workerIds,
} from './model.ts';

const ms = z.number().nonnegative();

/** The known times of an answer, in milliseconds. */
export const latencySchema = z.strictObject({
  /** Time to the first token of an empty prompt. */
  ttftMs: ms.default(20),
  /** Added to it for each prompt token. */
  perInputTokenMs: ms.default(0),
  /** Time from one token to the next. */
  itlMs: ms.default(5),
  /** Tokens a chunk, as TensorRT-LLM's `stream_interval` counts them. */
  streamInterval: z.int().positive().default(1),
  /** Multiplies every time above: 0.1 is ten times as fast. */
  timeScale: z.number().nonnegative().default(1),
});

export type KnownTimes = z.infer<typeof latencySchema>;

export interface FixedServingOptions {
  readonly latency: KnownTimes;
  /** Workers, taken in turn; they have names and no limits. */
  readonly workers: number;
  /** Requests held at once before another is refused; absent for no limit. */
  readonly maxInFlight?: number | undefined;
}

/**
 * The simplest model: every request takes the same time whatever else is running, and workers are
 * taken round-robin. No queue, no cache. Every instant is counted from the start and none from the
 * chunk before, so lateness in sending one never moves the next.
 */
export function createFixedServing(options: FixedServingOptions, timeline: Timeline): ServingModel {
  const { latency, workers, maxInFlight = Infinity } = options;
  const { ttftMs, perInputTokenMs, itlMs, streamInterval, timeScale } = latency;
  const scaleNs = timeScale * 1e6;
  const ids = workerIds(workers);
  let inFlight = 0;
  let served = 0;

  return {
    workers: () => ids.map((id) => ({ id, role: 'aggregated' as const })),
    serve({ arrivedNs, inputTokens, outputTokens }, onTokens) {
      if (inFlight >= maxInFlight) return 'overloaded';
      inFlight += 1;
      const workerId = ids[served++ % workers]!;
      const firstMs = ttftMs + perInputTokenMs * inputTokens;
      const offsetNs = (token: number) => Math.round((firstMs + (token - 1) * itlMs) * scaleNs);
      let pending: Cancel = () => undefined;
      let sent = 0;
      let end = 0;
      let isReleased = false;
      const release = (): void => {
        if (!isReleased) inFlight -= 1;
        isReleased = true;
      };
      const expect = (): void => {
        end = chunkEnd(sent, outputTokens, streamInterval);
        pending = timeline.at(arrivedNs + offsetNs(end), emit);
      };
      const emit = (dueNs: number): void => {
        const tokens = end - sent;
        sent = end;
        if (sent < outputTokens) expect();
        else release();
        onTokens(tokens, dueNs);
      };
      expect();

      return {
        facts: {
          prefillWorkerId: workerId,
          decodeWorkerId: workerId,
          cachedTokens: 0,
          toldCachedTokens: 0,
          prefillWaitNs: 0,
          prefillNs: offsetNs(1),
        },
        cancel() {
          pending();
          release();
        },
      };
    },
  };
}

/** Serves as the model does up to the first token, then makes one every so often without end. */
export function serveDragging(
  model: ServingModel,
  timeline: Timeline,
  everyMs: number,
  work: Work,
  onTokens: OnTokens,
): Service | 'overloaded' {
  let pending: Cancel = () => undefined;
  const emit = (dueNs: number): void => {
    pending = timeline.at(dueNs + everyMs * 1e6, emit);
    onTokens(1, dueNs);
  };
  const first = model.serve({ ...work, outputTokens: 1 }, (_tokens, dueNs) => emit(dueNs));
  if (first === 'overloaded') return first;
  return {
    facts: first.facts,
    cancel() {
      first.cancel();
      pending();
    },
  };
}
