import type { Timeline } from '../../time/timeline.ts';
import type { ServiceFacts, Work } from '../model.ts';
import type { Deployment } from './deployment.ts';
import { NO_BLOCKS } from './kv-cache.ts';
import type { Assignment, WorkerPool } from './worker-pool.ts';

/** The facts of one request, to be filled in on its way. */
export type MutableFacts = { -readonly [Key in keyof ServiceFacts]: ServiceFacts[Key] };

type OnToken = (dueNs: number) => void;
type TakeBack = () => void;

/** The way of a request through the workers. */
export interface Flow {
  readonly pools: readonly WorkerPool[];
  /**
   * Sends a request on its way, or finds no worker that takes it.
   *
   * @param onToken each token that the client gets
   * @returns takes the request back
   */
  send(work: Work, facts: MutableFacts, onToken: OnToken): TakeBack | undefined;
}

/** One worker computes the prompt and makes the tokens. */
export function createAggregatedFlow({ router }: Deployment, pool: WorkerPool): Flow {
  return {
    pools: [pool],
    send(work, facts, onToken) {
      const assignment = pool.assign(work);
      if (assignment === undefined) return undefined;
      facts.prefillWorkerId = assignment.workerId;
      facts.decodeWorkerId = assignment.workerId;
      if (router === 'kv-aware') facts.kvHitRate = assignment.hitRate;
      const takeBack = prefill(work, assignment, facts, {
        outputTokens: work.outputTokens,
        onPrefilled() {
          facts.toldCachedTokens = facts.cachedTokens ?? 0;
          assignment.prefilled();
        },
        onToken: endingWith(work, assignment, onToken),
      });
      return () => {
        takeBack();
        assignment.ended();
      };
    },
  };
}

/**
 * One worker computes the prompt, its KV cache moves, another worker makes the tokens. The client's
 * first token is the first of the worker that decodes.
 */
export function createDisaggregatedFlow(
  { router, transferMs, transferTokensPerS, timeScale }: Deployment,
  prefillPool: WorkerPool,
  decodePool: WorkerPool,
  timeline: Timeline,
): Flow {
  const transfer = (work: Work, facts: MutableFacts, fromNs: number, onToken: OnToken) => {
    const lengthNs = (transferMs * 1e6 + (work.inputTokens / transferTokensPerS) * 1e9) * timeScale;
    // Decode workers have no prompts waiting, so there always is one.
    const assignment = decodePool.assign({ ...work, blocks: undefined })!;
    facts.decodeWorkerId = assignment.workerId;
    facts.transferNs = lengthNs;
    let takeBack: TakeBack = timeline.at(fromNs + lengthNs, (dueNs) => {
      takeBack = assignment.worker.submit({
        arrivedNs: dueNs,
        inputTokens: work.inputTokens,
        blocks: NO_BLOCKS,
        outputTokens: work.outputTokens,
        isPrefilled: true,
        onToken: endingWith(work, assignment, onToken),
      });
    });
    return () => {
      takeBack();
      assignment.ended();
    };
  };

  return {
    pools: [prefillPool, decodePool],
    send(work, facts, onToken) {
      const assignment = prefillPool.assign(work);
      if (assignment === undefined) return undefined;
      facts.prefillWorkerId = assignment.workerId;
      if (router === 'kv-aware') facts.kvHitRate = assignment.hitRate;
      let takeBack = prefill(work, assignment, facts, {
        outputTokens: 0,
        onPrefilled(dueNs) {
          assignment.ended();
          takeBack = transfer(work, facts, dueNs, onToken);
        },
      });
      return () => {
        takeBack();
        assignment.ended();
      };
    },
  };
}

interface AfterPrefill {
  readonly outputTokens: number;
  readonly onPrefilled: (dueNs: number) => void;
  readonly onToken?: OnToken;
}

/** Has a worker compute the prompt, and notes how long it waited and took. */
function prefill(
  work: Work,
  { worker }: Assignment,
  facts: MutableFacts,
  { outputTokens, onPrefilled, onToken = () => undefined }: AfterPrefill,
): TakeBack {
  let startedNs = work.arrivedNs;
  return worker.submit({
    arrivedNs: work.arrivedNs,
    inputTokens: work.inputTokens,
    blocks: work.blocks ?? NO_BLOCKS,
    outputTokens,
    isPrefilled: false,
    onStart(startNs, cachedTokens) {
      startedNs = startNs;
      facts.prefillWaitNs = startNs - work.arrivedNs;
      facts.cachedTokens = cachedTokens;
    },
    onPrefilled(dueNs) {
      facts.prefillNs = dueNs - startedNs;
      onPrefilled(dueNs);
    },
    onToken,
  });
}

/** Passes tokens on; the last one frees the worker's place. */
function endingWith(work: Work, assignment: Assignment, onToken: OnToken): OnToken {
  let tokensLeft = work.outputTokens;
  return (dueNs) => {
    tokensLeft -= 1;
    if (tokensLeft === 0) assignment.ended();
    onToken(dueNs);
  };
}
