import { endsChunk } from '../chunk-ends.ts';
import type { OnTokens, ServiceFacts, ServingModel, Work } from '../model.ts';
import type { Timeline } from '../../time/timeline.ts';
import { workerIds } from '../worker-ids.ts';
import { createAggregatedFlow } from './aggregated-flow.ts';
import type { Deployment } from './deployment.ts';
import { createDisaggregatedFlow } from './disaggregated-flow.ts';
import type { Flow, Progress } from './flow.ts';
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
  const isKvAware = deployment.router === 'kv-aware';
  let inFlight = 0;

  return {
    describe: () => ({
      workers: flow.pools.flatMap(({ states }) => states),
      isKvAware,
      limits: {
        blockTokens: deployment.blockTokens,
        cacheBlocks: deployment.cacheBlocks,
        maxSequences: deployment.sequencesPerRank * deployment.ranks,
        stepTokens: deployment.stepTokensPerRank,
      },
    }),
    serve(work, onTokens) {
      if (inFlight >= maxInFlight) return 'overloaded';
      // The flow names the worker at once.
      const progress: Progress = { prefillWorkerId: '', toldCachedTokens: 0 };
      let isOver = false;
      const end = (): void => {
        if (!isOver) inFlight -= 1;
        isOver = true;
      };
      const onToken = inChunks(work.outputTokens, deployment.streamInterval, onTokens, end);
      const takeBack = flow.send(work, work.blocks ?? NO_BLOCKS, progress, onToken);
      if (takeBack === undefined) return 'overloaded';
      inFlight += 1;
      return {
        facts: progress,
        cancel() {
          end();
          takeBack();
        },
      };
    },
  };
}

const NO_BLOCKS = new Float64Array(0);

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
    if (!endsChunk(made, outputTokens, streamInterval)) return;
    const tokens = made - sent;
    sent = made;
    onTokens(tokens, dueNs);
  };
}
