import type { TraceRow } from '../trace/row.ts';
import { PrefixDigests } from './prefix-digests.ts';

/** The caches of a deployment. */
export interface ServerCaches {
  /** Workers that compute prompts, each with a prefix cache of its own. */
  readonly workers: number;
  /** Tokens that the cache of one worker holds. */
  readonly cacheTokens: number;
}

/** Hits that such caches are expected to have, by how rows are routed. */
export interface CacheExpectation extends ServerCaches {
  readonly kvAware: ExpectedHits;
  readonly roundRobin: ExpectedHits;
}

export interface ExpectedHits {
  readonly cachedTokens: number;
  /** Mean over the rows of cached ÷ prompt tokens, 0 to 1. */
  readonly meanHitRate: number;
}

/** Takes rows in file order; its memory is that of the blocks that the caches hold. */
export class CacheExpecter {
  readonly #caches: ServerCaches;
  readonly #blockSize: number;
  readonly #digests = new PrefixDigests();
  readonly #kvAware: Router;
  readonly #roundRobin: Router;

  /** @param blockSize prompt tokens that one hash id names */
  constructor(caches: ServerCaches, blockSize: number) {
    this.#caches = caches;
    this.#blockSize = blockSize;
    this.#kvAware = new Router(caches, chooseKvAware);
    this.#roundRobin = new Router(caches, (_workers, row) => row % caches.workers);
  }

  add({ inputLength, hashIds = [] }: TraceRow): void {
    const digests = this.#digests;
    const count = digests.fill(hashIds);
    const blocks = Array.from({ length: count }, (_, index) => ({
      key: digests.key(index),
      tokens: Math.max(0, Math.min(this.#blockSize, inputLength - index * this.#blockSize)),
    }));
    this.#kvAware.add(blocks, inputLength);
    this.#roundRobin.add(blocks, inputLength);
  }

  /** @returns nothing without rows */
  result(): CacheExpectation | undefined {
    const [kvAware, roundRobin] = [this.#kvAware.result(), this.#roundRobin.result()];
    return kvAware && roundRobin && { ...this.#caches, kvAware, roundRobin };
  }
}

/** A prefix of a row, and the tokens of its last block. */
interface Block {
  readonly key: number;
  readonly tokens: number;
}

type ChooseWorker = (
  workers: readonly Worker[],
  row: number,
  blocks: readonly Block[],
  inputLength: number,
) => number;

/**
 * The worker that will have computed the fewest prompt tokens since the start: a longer cached
 * prefix wins against as much earlier work. `trace analyze` routes by the same rule.
 */
const chooseKvAware: ChooseWorker = (workers, _row, blocks, inputLength) => {
  const costs = workers.map(
    (worker) => worker.computedTokens + inputLength - worker.cachedTokens(blocks),
  );
  return costs.indexOf(Math.min(...costs));
};

class Router {
  readonly #workers: readonly Worker[];
  readonly #choose: ChooseWorker;
  #rows = 0;
  #cachedTokens = 0;
  #hitRates = 0;

  constructor({ workers, cacheTokens }: ServerCaches, choose: ChooseWorker) {
    this.#workers = Array.from({ length: workers }, () => new Worker(cacheTokens));
    this.#choose = choose;
  }

  add(blocks: readonly Block[], inputLength: number): void {
    const chosen = this.#choose(this.#workers, this.#rows, blocks, inputLength);
    const cached = this.#workers[chosen]!.compute(blocks, inputLength);
    this.#rows += 1;
    this.#cachedTokens += cached;
    this.#hitRates += cached / inputLength;
  }

  result(): ExpectedHits | undefined {
    if (this.#rows === 0) return undefined;
    return { cachedTokens: this.#cachedTokens, meanHitRate: this.#hitRates / this.#rows };
  }
}

/**
 * One prefix cache. It is filled the moment a row arrives and drops the block not used for longest;
 * of one row the last one first, so that prefixes keep their beginning.
 */
class Worker {
  readonly #capacity: number;
  /** Tokens by prefix, the one not used for longest first. */
  readonly #blocks = new Map<number, number>();
  #tokens = 0;
  #computedTokens = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get computedTokens(): number {
    return this.#computedTokens;
  }

  /** Of the blocks at the beginning of a row. */
  cachedTokens(blocks: readonly Block[]): number {
    let cached = 0;
    for (const { key, tokens } of blocks) {
      if (!this.#blocks.has(key)) break;
      cached += tokens;
    }
    return cached;
  }

  /** @returns the tokens that it had cached */
  compute(blocks: readonly Block[], inputLength: number): number {
    const cached = this.cachedTokens(blocks);
    this.#computedTokens += inputLength - cached;
    for (const { key, tokens } of blocks.toReversed()) {
      this.#tokens += tokens - (this.#blocks.get(key) ?? 0);
      this.#blocks.delete(key);
      this.#blocks.set(key, tokens);
    }
    for (const [key, tokens] of this.#blocks) {
      if (this.#tokens <= this.#capacity) break;
      this.#blocks.delete(key);
      this.#tokens -= tokens;
    }
    return cached;
  }
}
