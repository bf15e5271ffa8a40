import { createRandom } from '../../time/random.ts';
import type { WorkerState, Work } from '../model.ts';
import type { Timeline } from '../../time/timeline.ts';
import type { Deployment } from './deployment.ts';
import { NO_BLOCKS } from './kv-cache.ts';
import { type Candidate, createRouter } from './router.ts';
import { Worker } from './worker.ts';

/** The phases of a group of workers: both, or one of them. */
export type Role = WorkerState['role'];

/** A request's place in a pool. */
export interface Assignment {
  readonly worker: Worker;
  readonly workerId: string;
  /** Share of the prompt's blocks that the worker had cached when it was chosen. */
  readonly hitRate: number;
  /** Its prompt was computed: no load for the router any more. */
  prefilled(): void;
  /** It is over, whatever the reason; harmless when it was already. */
  ended(): void;
}

interface Member {
  readonly worker: Worker;
  readonly id: string;
  prefillTokens: number;
  activeBlocks: number;
}

/** Seeds that keep the random numbers of a deployment's pools apart. */
const STREAMS = { aggregated: 1, prefill: 2, decode: 3 } as const;

/** The workers of one role, and the choice among them for each request. */
export class WorkerPool {
  readonly #role: Role;
  readonly #deployment: Deployment;
  readonly #members: readonly Member[];
  readonly #route: (candidates: readonly Candidate[], inputTokens: number) => number;

  constructor(
    role: Role,
    deployment: Deployment,
    workerIds: readonly string[],
    seed: number,
    timeline: Timeline,
  ) {
    const { sequencesPerRank, prefillSequencesPerRank, prefixCache } = deployment;
    this.#role = role;
    this.#deployment = deployment;
    this.#members = workerIds.map((id, index) => ({
      id,
      worker: new Worker(
        {
          deployment,
          sequencesPerRank: role === 'prefill' ? prefillSequencesPerRank : sequencesPerRank,
          isCacheShared: prefixCache && role !== 'decode',
          random: createRandom(seed, STREAMS[role], index),
        },
        timeline,
      ),
      prefillTokens: 0,
      activeBlocks: 0,
    }));
    this.#route = createRouter(deployment, createRandom(seed, STREAMS[role], -1));
  }

  get states(): readonly WorkerState[] {
    return this.#members.map(({ id, worker, prefillTokens, activeBlocks }) => ({
      id,
      role: this.#role,
      running: worker.running,
      waiting: worker.waiting,
      activeBlocks,
      prefillTokens,
    }));
  }

  /** Finds a worker for a request, or none where all are busy. */
  assign({ inputTokens, blocks = NO_BLOCKS }: Work): Assignment | undefined {
    const { busyPrefillTokens = Infinity, blockTokens } = this.#deployment;
    const free = this.#members.filter(({ prefillTokens }) => prefillTokens <= busyPrefillTokens);
    if (free.length === 0) return undefined;
    const candidates = free.map((member) => {
      const { worker, prefillTokens, activeBlocks } = member;
      return { member, overlapBlocks: worker.cache.match(blocks), prefillTokens, activeBlocks };
    });
    const { member, overlapBlocks } = candidates[this.#route(candidates, inputTokens)]!;
    const promptBlocks = Math.ceil(inputTokens / blockTokens);
    const newTokens =
      this.#role === 'decode' ? 0 : Math.max(0, inputTokens - overlapBlocks * blockTokens);
    // A prefill worker's blocks are gone with the prompt, so only its tokens are a load.
    const heldBlocks = this.#role === 'prefill' ? 0 : promptBlocks;
    member.prefillTokens += newTokens;
    member.activeBlocks += heldBlocks;
    let isPrefilled = false;
    let isOver = false;
    const prefilled = (): void => {
      if (!isPrefilled) member.prefillTokens -= newTokens;
      isPrefilled = true;
    };
    return {
      worker: member.worker,
      workerId: member.id,
      hitRate: overlapBlocks / promptBlocks,
      prefilled,
      ended() {
        prefilled();
        if (!isOver) member.activeBlocks -= heldBlocks;
        isOver = true;
      },
    };
  }
}
