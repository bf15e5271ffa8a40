import { z } from 'zod';

import { endsChunk } from './chunk-ends.ts';
import type { Random } from '../time/random.ts';

const ms = z.number().nonnegative();

/** How long an answer takes: all times in milliseconds. */
export const latencySchema = z.strictObject({
  /** Time to the first token of an empty prompt. */
  ttftMs: ms.default(20),
  /** What each prompt token that is not in the cache adds to it. */
  perInputTokenMs: ms.default(0),
  /** Time from one token to the next. */
  itlMs: ms.default(5),
  /**
   * Tokens a chunk. As TensorRT-LLM's `stream_interval`: the first token leaves alone, then a
   * chunk at every multiple of the interval, and the rest with the last token.
   */
  streamInterval: z.int().positive().default(1),
  /** Largest lateness of a token, as a share of `itlMs`; below 1, so that order is kept. */
  jitter: z.number().min(0).lt(1).default(0),
  /** Multiplies every time above: 0.1 is ten times as fast. */
  timeScale: z.number().nonnegative().default(1),
});

export type Latency = z.infer<typeof latencySchema>;

/** When the chunks of one answer leave. Two lists of equal length, one entry a chunk. */
export interface Emissions {
  /** Nanoseconds after the request was complete; ascending. */
  readonly offsetsNs: Float64Array;
  /** Output tokens in each chunk; they add up to the tokens asked for. */
  readonly tokens: Uint32Array;
}

/**
 * The schedule of one answer. Every offset is counted from the start and none from the chunk
 * before, so lateness in sending one never moves the next.
 *
 * @param inputTokens prompt tokens that have to be computed, i.e. are not in a cache
 * @param outputTokens at least 1
 * @param random drawn once a token, and only when there is jitter
 */
export function planEmissions(
  latency: Latency,
  inputTokens: number,
  outputTokens: number,
  random: Random,
): Emissions {
  const { ttftMs, perInputTokenMs, itlMs, streamInterval, jitter, timeScale } = latency;
  const scaleNs = timeScale * 1e6;
  const firstMs = ttftMs + perInputTokenMs * inputTokens;
  const offsetsNs: number[] = [];
  const tokens: number[] = [];
  for (let token = 1, sent = 0; token <= outputTokens; token += 1) {
    const lateMs = jitter === 0 ? 0 : jitter * itlMs * random();
    if (!endsChunk(token, outputTokens, streamInterval)) continue;
    offsetsNs.push(Math.round((firstMs + (token - 1) * itlMs + lateMs) * scaleNs));
    tokens.push(token - sent);
    sent = token;
  }
  return { offsetsNs: Float64Array.from(offsetsNs), tokens: Uint32Array.from(tokens) };
}
