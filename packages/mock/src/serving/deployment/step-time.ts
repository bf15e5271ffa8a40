import type { Deployment } from './deployment.ts';

/** What one rank does in a step. */
export interface RankLoad {
  /** Sequences that get a token. */
  readonly decoding: number;
  /** Prompt tokens that are computed. */
  readonly prefillTokens: number;
}

/**
 * How long a step takes, in nanoseconds at life's speed. The ranks of a worker wait for each other
 * in every layer, so the fullest one sets the pace: a chunk of one prompt holds up the tokens of
 * all, and chunks on other ranks come for free.
 */
export function stepNs(
  { rankPrefillTokensPerS, workerPrefillTokensPerS, decodeStepMs, decodeSequenceMs }: Deployment,
  ranks: readonly RankLoad[],
): number {
  let decoding = 0;
  let longestChunk = 0;
  let prefillTokens = 0;
  for (const rank of ranks) {
    if (rank.decoding > decoding) decoding = rank.decoding;
    if (rank.prefillTokens > longestChunk) longestChunk = rank.prefillTokens;
    prefillTokens += rank.prefillTokens;
  }
  const decodeMs = decoding === 0 ? 0 : decodeStepMs + decodeSequenceMs * decoding;
  const prefillS = longestChunk / rankPrefillTokensPerS + prefillTokens / workerPrefillTokensPerS;
  return decodeMs * 1e6 + prefillS * 1e9;
}
