import type { Random } from '../../time/random.ts';

/** A worker as the router sees it when a request comes. */
export interface Candidate {
  /** Blocks of the prompt that it has cached. */
  readonly overlapBlocks: number;
  /** Prompt tokens that were sent to it and are not computed yet. */
  readonly prefillTokens: number;
  /** Blocks of the requests that it serves. */
  readonly activeBlocks: number;
}

export interface RouteOptions {
  readonly overlapWeight: number;
  readonly blockTokens: number;
}

/** Takes candidates in turn. */
export function createRoundRobin(): (candidates: readonly Candidate[]) => number {
  let routed = 0;
  return (candidates) => routed++ % candidates.length;
}

/**
 * The worker with the least to do after it took the request: blocks to compute, weighted, plus
 * blocks held. Equal ones are drawn. Source:
 * the cost that Dynamo's documentation gives for its KV router.
 *
 * @param random drawn only if several are equal
 * @returns index of the chosen candidate
 */
export function chooseByCost(
  candidates: readonly Candidate[],
  inputTokens: number,
  { overlapWeight, blockTokens }: RouteOptions,
  random: Random,
): number {
  const costs = candidates.map(({ overlapBlocks, prefillTokens, activeBlocks }) => {
    const newTokens = Math.max(0, inputTokens - overlapBlocks * blockTokens);
    return (overlapWeight * (prefillTokens + newTokens)) / blockTokens + activeBlocks;
  });
  const least = Math.min(...costs);
  const equal = [...costs.keys()].filter((index) => costs[index] === least);
  return equal.length === 1 ? equal[0]! : equal[Math.floor(random() * equal.length)]!;
}
