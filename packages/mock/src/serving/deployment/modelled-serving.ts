import type { Timeline } from '../../time/timeline.ts';
import { chunkEnd, type OnTokens, type ServingModel, workerIds } from '../model.ts';
import type { Deployment } from './deployment.ts';
import {
  createAggregatedFlow,
  createDisaggregatedFlow,
  type Flow,
  type MutableFacts,
} from './flow.ts';
import { WorkerPool, type Role } from './worker-pool.ts';

export interface ModelledServingOptions {
  readonly deployment: Deployment;
  readonly seed: number;
  /** Requests held at once before another is refused; absent for no limit. */
  readonly maxInFlight?: number | undefined;
}

/**
 * A deployment with workers that queue, batch and cache, behind a router. The same code serves over
 * HTTP, where the timeline is a clock, and in virtual time.
 */
export function createModelledServing(
  { deployment, seed, maxInFlight = Infinity }: ModelledServingOptions,
  timeline: Timeline,
): ServingModel {
  const flow = createFlow(deployment, seed, timeline);
  let inFlight = 0;

  return {
    workers: () => flow.pools.flatMap(({ states }) => states),
    serve(work, onTokens) {
      if (inFlight >= maxInFlight) return 'overloaded';
      // The flow names the worker at once.
      const facts: MutableFacts = { prefillWorkerId: '', toldCachedTokens: 0 };
      let isOver = false;
      const end = (): void => {
        if (!isOver) inFlight -= 1;
        isOver = true;
      };
      const onToken = inChunks(work.outputTokens, deployment.streamInterval, onTokens, end);
      const takeBack = flow.send(work, facts, onToken);
      if (takeBack === undefined) return 'overloaded';
      inFlight += 1;
      return {
        facts,
        cancel() {
          end();
          takeBack();
        },
      };
    },
  };
}

function createFlow(deployment: Deployment, seed: number, timeline: Timeline): Flow {
  const { topology, workers, prefillWorkers, decodeWorkers } = deployment;
  const pool = (role: Role, ids: readonly string[]) =>
    new WorkerPool(role, deployment, ids, seed, timeline);
  if (topology === 'aggregated') {
    return createAggregatedFlow(deployment, pool('aggregated', workerIds(workers)));
  }
  const ids = workerIds(prefillWorkers + decodeWorkers);
  return createDisaggregatedFlow(
    deployment,
    pool('prefill', ids.slice(0, prefillWorkers)),
    pool('decode', ids.slice(prefillWorkers)),
    timeline,
  );
}

/** Gathers tokens into chunks; `end` comes before the last one is handed on. */
function inChunks(
  outputTokens: number,
  streamInterval: number,
  onTokens: OnTokens,
  end: () => void,
): (dueNs: number) => void {
  let made = 0;
  let sent = 0;
  return (dueNs) => {
    made += 1;
    if (made === outputTokens) end();
    if (made < chunkEnd(sent, outputTokens, streamInterval)) return;
    const tokens = made - sent;
    sent = made;
    onTokens(tokens, dueNs);
  };
}
