import { OptionsError } from '../../errors/errors.ts';
import { analyzeReuse } from './reuse.ts';
import type { BlockColumns } from './columns.ts';

/** What one cache of a given size would hold of a trace; see `analyzeReuse` for its rules. */
export interface CacheStatistics {
  /** Prefix hits ÷ blocks with an unlimited cache. */
  readonly unlimitedHitRate: number;
  /** Hit rates by size, ascending. */
  readonly curve: readonly CachePoint[];
  /**
   * Reuse distance: for the nearest half, nine tenths and 99 % of the hits, the tokens used between
   * two uses of a block, itself included; that is the cache they need. Empty without hits.
   */
  readonly reuseDistance: readonly ReuseDistance[];
}

export interface CachePoint {
  readonly tokens: number;
  /** 10^9 bytes; absent unless the size of a token is given. */
  readonly gigabytes?: number;
  readonly hitRate: number;
}

export interface ReuseDistance {
  /** Share of the hits. */
  readonly share: number;
  readonly tokens: number;
  readonly gigabytes?: number;
}

export interface CacheOptions {
  readonly blockSize: number;
  readonly cacheTokens: readonly number[] | undefined;
  readonly bytesPerToken: number | undefined;
}

const POINTS = 12;
const SHARES = [0.5, 0.9, 0.99];

/** @throws {OptionsError} for a size that is not above 0 */
export function describeCache(
  blocks: BlockColumns,
  { blockSize, cacheTokens, bytesPerToken }: CacheOptions,
): CacheStatistics {
  for (const size of [...(cacheTokens ?? []), bytesPerToken ?? 1]) {
    if (!(size > 0))
      throw new OptionsError(`Cannot analyze a cache of size ${size}, expected more`);
  }
  const reuse = analyzeReuse(blocks);
  const total = blocks.numbers.length;
  const sized = (tokens: number) => ({
    tokens,
    ...(bytesPerToken !== undefined && { gigabytes: (tokens * bytesPerToken) / 1e9 }),
  });
  const sizes = cacheTokens?.toSorted((a, b) => a - b) ?? doublingTo(blocks.unique * blockSize);
  return {
    unlimitedHitRate: reuse.hits / total,
    curve: sizes.map((tokens) => ({
      ...sized(tokens),
      hitRate: reuse.hitsWithin(Math.floor(tokens / blockSize)) / total,
    })),
    reuseDistance: SHARES.flatMap((share) => {
      const capacityBlocks = reuse.capacityFor(share);
      if (capacityBlocks === undefined) return [];
      return [{ share, ...sized(capacityBlocks * blockSize) }];
    }),
  };

  /** Powers of two, the last one large enough for all. */
  function doublingTo(tokens: number): number[] {
    const largest = 2 ** Math.ceil(Math.log2(tokens));
    const all = Array.from({ length: POINTS }, (_, index) => largest / 2 ** (POINTS - 1 - index));
    return all.filter((size) => size >= blockSize);
  }
}
