import type { Random } from '../../time/random.ts';
import type { Deployment } from './deployment.ts';

/** A worker as the router sees it when a request comes. */
export interface Candidate {
  /** Blocks of the prompt that it has cached. */
  readonly overlapBlocks: number;
  /** Prompt tokens that were sent to it and are not computed yet. */
  readonly prefillTokens: number;
  /** Blocks of the requests that it serves. */
  readonly activeBlocks: number;
}

export type RouterOptions = Pick<Deployment, 'router' | 'overlapWeight' | 'blockTokens'>;

/**
 * Makes a router: it takes candidates in turn, or the worker with the least to do after it took the
 * request: blocks to compute, weighted, plus blocks held. Source: the cost that Dynamo's
 * documentation gives for its KV router.
 *
 * @param random drawn only among equally good candidates
 * @returns gives the index of the chosen candidate
 */
export function createRouter(
  { router, overlapWeight, blockTokens }: RouterOptions,
  random: Random,
): (candidates: readonly Candidate[], inputTokens: number) => number {
  let routed = 0;
  if (router === 'round-robin') return (candidates) => routed++ % candidates.length;
  return (candidates, inputTokens) => {
    const costs = candidates.map(({ overlapBlocks, prefillTokens, activeBlocks }) => {
      const newTokens = Math.max(0, inputTokens - overlapBlocks * blockTokens);
      return (overlapWeight * (prefillTokens + newTokens)) / blockTokens + activeBlocks;
    });
    const least = Math.min(...costs);
    const equal = [...costs.keys()].filter((index) => costs[index] === least);
    return equal.length === 1 ? equal[0]! : equal[Math.floor(random() * equal.length)]!;
  };
}
