import { type BlockColumns, forEachRow } from './columns.ts';

/** A trace whose rows a router spreads over workers with a cache each. */
export interface RoutingResult {
  /** Prefix hits in the cache of the worker chosen ÷ all blocks. */
  readonly blockHitRate: number;
  /** Input tokens that the workers have to compute. */
  readonly prefillTokens: number;
  /** Prefill tokens of the busiest worker ÷ their mean over the workers. */
  readonly imbalance: number;
}

export interface RoutingStatistics {
  readonly workers: number;
  readonly roundRobin: RoutingResult;
  readonly kvAware: RoutingResult;
}

/** Workers that a comparison can have: each costs a bit for every distinct block. */
export const MAX_WORKERS = 256;

/**
 * Compares two routers. Caches are unlimited and filled the moment a row arrives.
 *
 * - Round robin: row i goes to worker i mod N.
 * - KV-aware: a row goes to the first of the workers whose prefill tokens since the start would be
 *   the fewest after it: a longer cached prefix wins against as much earlier work.
 *
 * @param workers 1 to `MAX_WORKERS`
 */
export function analyzeRouting(
  columns: BlockColumns,
  inputLengths: Int32Array,
  blockSize: number,
  workers: number,
): RoutingStatistics {
  return { workers, roundRobin: route(false), kvAware: route(true) };

  function route(isKvAware: boolean): RoutingResult {
    const { unique, numbers } = columns;
    const caches = Array.from({ length: workers }, () => new Uint8Array(Math.ceil(unique / 8)));
    const prefillTokens = new Float64Array(workers);
    let hits = 0;
    forEachRow(columns, (row, start, end) => {
      const inputLength = inputLengths[row]!;
      const costAt = (worker: number, blocks: number) =>
        prefillTokens[worker]! + inputLength - Math.min(blocks * blockSize, inputLength);
      let chosen = isKvAware ? 0 : row % workers;
      let prefix = prefixIn(caches[chosen]!, numbers, start, end);
      for (let worker = 1; isKvAware && worker < workers; worker += 1) {
        const blocks = prefixIn(caches[worker]!, numbers, start, end);
        if (costAt(worker, blocks) >= costAt(chosen, prefix)) continue;
        chosen = worker;
        prefix = blocks;
      }
      hits += prefix;
      prefillTokens[chosen] = costAt(chosen, prefix);
      for (let at = start + prefix; at < end; at += 1) remember(caches[chosen]!, numbers[at]!);
    });
    const all = prefillTokens.reduce((sum, tokens) => sum + tokens, 0);
    return {
      blockHitRate: hits / numbers.length,
      prefillTokens: all,
      imbalance: all === 0 ? 1 : Math.max(...prefillTokens) / (all / workers),
    };
  }
}

/** Blocks at the beginning of a row that the cache holds. */
function prefixIn(cache: Uint8Array, numbers: Int32Array, start: number, end: number): number {
  let at = start;
  while (at < end && cache[numbers[at]! >>> 3]! & (1 << (numbers[at]! & 7))) at += 1;
  return at - start;
}

function remember(cache: Uint8Array, block: number): void {
  cache[block >>> 3]! |= 1 << (block & 7);
}
