import type { Random } from '../../time/random.ts';
import type { Timeline } from '../../time/timeline.ts';
import type { Deployment } from './deployment.ts';
import { KvCache, type Lease } from './kv-cache.ts';

/** The work of one worker for one request. Instants are nanoseconds on the timeline. */
export interface Job {
  /** Not before this instant. */
  readonly arrivedNs: number;
  readonly inputTokens: number;
  /** Keys of the prompt's blocks; see `KvCache`. */
  readonly blocks: Float64Array;
  /** Tokens to make here; 0 to compute the prompt only. */
  readonly outputTokens: number;
  /** The prompt's KV cache came from elsewhere. */
  readonly isPrefilled: boolean;
  /** It got its place in the batch, and this many prompt tokens were cached. */
  onStart?(startNs: number, cachedTokens: number): void;
  /** Its prompt was computed. */
  onPrefilled?(dueNs: number): void;
  /** One more token was made; the last one ends the job. */
  onToken?(dueNs: number): void;
}

interface Sequence {
  readonly job: Job;
  readonly lease: Lease;
  promptTokensLeft: number;
  /** Prompt tokens in the step that runs. */
  chunkTokens: number;
  tokensLeft: number;
  isOver: boolean;
}

/** A job that was handed in; its sequence is there once it runs. */
interface Entry {
  readonly job: Job;
  isCancelled: boolean;
  sequence?: Sequence;
}

/** The load of one rank in a step. */
export interface RankLoad {
  /** Sequences that get a token. */
  decoding: number;
  /** Prompt tokens that are computed. */
  prefillTokens: number;
}

interface Rank extends RankLoad {
  sequences: Sequence[];
}

export interface WorkerOptions {
  readonly deployment: Deployment;
  readonly sequencesPerRank: number;
  readonly isCacheShared: boolean;
  readonly random: Random;
}

/**
 * An engine that batches continuously. It goes from step to step: waiting requests join the batch
 * in the order they came, while it has a place and the cache has blocks for prompt and output; then
 * every sequence gets a token, or its prompt the next chunk of what the step has room for.
 *
 * A step begins where the last one was due to end, so lateness in calling it never adds up.
 */
export class Worker {
  readonly cache: KvCache;
  readonly #options: WorkerOptions;
  readonly #timeline: Timeline;
  readonly #ranks: readonly Rank[];
  #waiting: Entry[] = [];
  #isBusy = false;

  constructor(options: WorkerOptions, timeline: Timeline) {
    const { deployment, isCacheShared: isShared } = options;
    this.#options = options;
    this.#timeline = timeline;
    this.cache = new KvCache({ capacityBlocks: deployment.cacheBlocks, isShared });
    this.#ranks = Array.from({ length: deployment.ranks }, () => {
      return { sequences: [], decoding: 0, prefillTokens: 0 };
    });
  }

  get running(): number {
    return this.#ranks.reduce((sum, { sequences }) => sum + sequences.length, 0);
  }

  get waiting(): number {
    return this.#waiting.filter(({ isCancelled }) => !isCancelled).length;
  }

  /**
   * Takes a job; nothing is called before this returns.
   *
   * @returns takes it back, at the latest with the step that runs
   * @throws {RangeError} if the whole cache is too small for it
   */
  submit(job: Job): () => void {
    const blocks = this.#blocksFor(job);
    if (blocks > this.cache.capacityBlocks) {
      throw new RangeError(
        `Cannot serve request: it needs ${blocks} blocks of KV cache, expected at most ` +
          `${this.cache.capacityBlocks}`,
      );
    }
    const entry: Entry = { job, isCancelled: false };
    this.#waiting.push(entry);
    if (!this.#isBusy) {
      this.#isBusy = true;
      this.#timeline.at(job.arrivedNs, (dueNs) => this.#begin(dueNs));
    }
    return () => {
      entry.isCancelled = true;
      if (entry.sequence !== undefined) entry.sequence.isOver = true;
    };
  }

  #begin(nowNs: number): void {
    this.#removeOver();
    this.#admit(nowNs);
    for (const rank of this.#ranks) this.#fill(rank);
    if (this.#ranks.every(({ decoding, prefillTokens }) => decoding + prefillTokens === 0)) {
      const [next] = this.#waiting;
      this.#isBusy = next !== undefined;
      if (next !== undefined) this.#timeline.at(next.job.arrivedNs, (dueNs) => this.#begin(dueNs));
      return;
    }
    const { deployment, random } = this.#options;
    const jitter = 1 + deployment.stepJitter * (2 * random() - 1);
    const lengthNs = stepNs(deployment, this.#ranks) * jitter * deployment.timeScale;
    this.#timeline.at(nowNs + lengthNs, (dueNs) => {
      for (const { sequences } of this.#ranks) {
        for (const sequence of sequences) advance(sequence, this.cache, dueNs);
      }
      this.#begin(dueNs);
    });
  }

  #removeOver(): void {
    for (const rank of this.#ranks) {
      if (!rank.sequences.some(({ isOver }) => isOver)) continue;
      for (const { isOver, lease } of rank.sequences) if (isOver) this.cache.release(lease);
      rank.sequences = rank.sequences.filter(({ isOver }) => !isOver);
    }
  }

  #admit(nowNs: number): void {
    const { sequencesPerRank, deployment } = this.#options;
    const { blockTokens } = deployment;
    let taken = 0;
    for (; taken < this.#waiting.length; taken += 1) {
      const entry = this.#waiting[taken]!;
      const { job } = entry;
      if (entry.isCancelled) continue;
      const rank = emptiest(this.#ranks);
      if (job.arrivedNs > nowNs || rank.sequences.length >= sequencesPerRank) break;
      const lease = this.cache.acquire(job.blocks, this.#blocksFor(job));
      if (lease === undefined) break;
      // The last prompt token is always computed: the first new one comes from it.
      const cachedTokens = Math.min(lease.hitBlocks * blockTokens, job.inputTokens - 1);
      entry.sequence = start(job, lease, cachedTokens);
      rank.sequences.push(entry.sequence);
      job.onStart?.(nowNs, cachedTokens);
    }
    if (taken > 0) this.#waiting = this.#waiting.slice(taken);
  }

  /** Deals the step's tokens: one to each sequence that decodes, then prompts in their order. */
  #fill(rank: Rank): void {
    rank.decoding = 0;
    rank.prefillTokens = 0;
    for (const { promptTokensLeft } of rank.sequences)
      if (promptTokensLeft === 0) rank.decoding += 1;
    let room = this.#options.deployment.stepTokensPerRank - rank.decoding;
    for (const sequence of rank.sequences) {
      sequence.chunkTokens = Math.min(sequence.promptTokensLeft, room);
      room -= sequence.chunkTokens;
      rank.prefillTokens += sequence.chunkTokens;
    }
  }

  /** The last token made is not in the cache. */
  #blocksFor({ inputTokens, outputTokens }: Job): number {
    const tokens = inputTokens + Math.max(0, outputTokens - 1);
    return Math.ceil(tokens / this.#options.deployment.blockTokens);
  }
}

function emptiest(ranks: readonly Rank[]): Rank {
  let best = ranks[0]!;
  for (const rank of ranks) if (rank.sequences.length < best.sequences.length) best = rank;
  return best;
}

function start(job: Job, lease: Lease, cachedTokens: number): Sequence {
  const { inputTokens, outputTokens, isPrefilled } = job;
  const promptTokensLeft = isPrefilled ? 0 : inputTokens - cachedTokens;
  return { job, lease, promptTokensLeft, chunkTokens: 0, tokensLeft: outputTokens, isOver: false };
}

/** One step of one sequence. The step that computes the last of the prompt makes a token too. */
function advance(sequence: Sequence, cache: KvCache, dueNs: number): void {
  const { job, lease } = sequence;
  if (sequence.isOver) return;
  if (sequence.promptTokensLeft > 0) {
    sequence.promptTokensLeft -= sequence.chunkTokens;
    if (sequence.promptTokensLeft > 0) return;
    cache.publish(lease);
    job.onPrefilled?.(dueNs);
  }
  sequence.tokensLeft -= 1;
  sequence.isOver = sequence.tokensLeft <= 0;
  if (sequence.tokensLeft >= 0) job.onToken?.(dueNs);
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
