import type { Work } from '../model.ts';
import type { Timeline } from '../../time/timeline.ts';
import type { Deployment } from './deployment.ts';
import type { Flow, Progress } from './flow.ts';
import type { Assignment, WorkerPool } from './worker-pool.ts';

/**
 * One worker computes the prompt, its KV cache moves, another worker makes the tokens. The client's
 * first token is the first of the worker that decodes.
 */
export function createDisaggregatedFlow(
  deployment: Deployment,
  prefill: WorkerPool,
  decode: WorkerPool,
  timeline: Timeline,
): Flow {
  return {
    pools: [prefill, decode],
    send(work, blocks, progress, onToken) {
      const assignment = prefill.assign(work, blocks);
      if (assignment === undefined) return undefined;
      progress.prefillWorkerId = assignment.workerId;
      if (deployment.router === 'kv-aware') progress.kvHitRate = assignment.hitRate;
      let startedNs = work.arrivedNs;
      let takeBack = assignment.worker.submit({
        arrivedNs: work.arrivedNs,
        inputTokens: work.inputTokens,
        blocks,
        outputTokens: 0,
        isPrefilled: false,
        onStart(startNs, cachedTokens) {
          startedNs = startNs;
          progress.prefillWaitNs = startNs - work.arrivedNs;
          progress.cachedTokens = cachedTokens;
        },
        onPrefilled(dueNs) {
          progress.prefillNs = dueNs - startedNs;
          assignment.ended();
          takeBack = transfer(work, progress, dueNs, onToken);
        },
      });
      return () => {
        takeBack();
        assignment.ended();
      };
    },
  };

  /** Moves the KV cache, then decodes. */
  function transfer(
    work: Work,
    progress: Progress,
    fromNs: number,
    onToken: (dueNs: number) => void,
  ): () => void {
    const { transferMs, transferTokensPerS, timeScale } = deployment;
    const lengthNs = (transferMs * 1e6 + (work.inputTokens / transferTokensPerS) * 1e9) * timeScale;
    // Decode workers have no prompts waiting, so there always is one.
    const assignment = decode.assign(work, NO_BLOCKS)!;
    progress.decodeWorkerId = assignment.workerId;
    progress.transferNs = lengthNs;
    let takeBack = timeline.at(fromNs + lengthNs, (dueNs) => {
      takeBack = makeTokens(work, assignment, dueNs, onToken);
    });
    return () => {
      takeBack();
      assignment.ended();
    };
  }
}

const NO_BLOCKS = new Float64Array(0);

function makeTokens(
  work: Work,
  assignment: Assignment,
  arrivedNs: number,
  onToken: (dueNs: number) => void,
): () => void {
  let tokensLeft = work.outputTokens;
  return assignment.worker.submit({
    arrivedNs,
    inputTokens: work.inputTokens,
    blocks: NO_BLOCKS,
    outputTokens: work.outputTokens,
    isPrefilled: true,
    onToken(dueNs) {
      tokensLeft -= 1;
      if (tokensLeft === 0) assignment.ended();
      onToken(dueNs);
    },
  });
}
