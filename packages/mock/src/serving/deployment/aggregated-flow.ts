import type { Deployment } from './deployment.ts';
import type { Flow } from './flow.ts';
import type { WorkerPool } from './worker-pool.ts';

/** One worker computes the prompt and makes the tokens. */
export function createAggregatedFlow({ router }: Deployment, pool: WorkerPool): Flow {
  return {
    pools: [pool],
    send(work, blocks, progress, onToken) {
      const assignment = pool.assign(work, blocks);
      if (assignment === undefined) return undefined;
      progress.prefillWorkerId = assignment.workerId;
      progress.decodeWorkerId = assignment.workerId;
      if (router === 'kv-aware') progress.kvHitRate = assignment.hitRate;
      let startedNs = work.arrivedNs;
      let tokensLeft = work.outputTokens;
      const takeBack = assignment.worker.submit({
        arrivedNs: work.arrivedNs,
        inputTokens: work.inputTokens,
        blocks,
        outputTokens: work.outputTokens,
        isPrefilled: false,
        onStart(startNs, cachedTokens) {
          startedNs = startNs;
          progress.prefillWaitNs = startNs - work.arrivedNs;
          progress.cachedTokens = cachedTokens;
          progress.toldCachedTokens = cachedTokens;
        },
        onPrefilled(dueNs) {
          progress.prefillNs = dueNs - startedNs;
          assignment.prefilled();
        },
        onToken(dueNs) {
          tokensLeft -= 1;
          if (tokensLeft === 0) assignment.ended();
          onToken(dueNs);
        },
      });
      return () => {
        takeBack();
        assignment.ended();
      };
    },
  };
}
