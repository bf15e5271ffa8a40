import { OptionsError } from '../../errors/errors.ts';
import { analyzeReuse } from './reuse.ts';
import type { BlockColumns } from './columns.ts';

/** The hits of a trace in one cache, by its size; see `analyzeReuse` for its rules. */
export interface CacheStatistics {
  /** Prefix hits ÷ blocks with an unlimited cache. */
  readonly unlimitedHitRate: number;
  /** Hit rates by size, ascending. */
  readonly curve: readonly (CacheSize & { readonly hitRate: number })[];
  /**
   * For the nearest half, nine tenths and 99 % of the hits, the cache they need: the tokens used
   * between two uses of a block, itself included. Empty without hits.
   */
  readonly reuseDistance: readonly (CacheSize & { readonly share: number })[];
}

export interface CacheSize {
  readonly tokens: number;
  /** 10^9 bytes; absent unless the size of a token is given. */
  readonly gigabytes?: number;
}

const POINTS = 12;
const SHARES = [0.5, 0.9, 0.99];

/** @throws {OptionsError} for a size that is not above 0 */
export function describeCache(
  blocks: BlockColumns,
  blockSize: number,
  cacheTokens: readonly number[] | undefined,
  bytesPerToken: number | undefined,
): CacheStatistics {
  for (const size of [...(cacheTokens ?? []), bytesPerToken ?? 1]) {
    if (!(size > 0))
      throw new OptionsError(`Cannot analyze a cache of size ${size}, expected more`);
  }
  const reuse = analyzeReuse(blocks);
  const total = blocks.numbers.length;
  const sized = (tokens: number): CacheSize => ({
    tokens,
    ...(bytesPerToken !== undefined && { gigabytes: (tokens * bytesPerToken) / 1e9 }),
  });
  const sizes =
    cacheTokens?.toSorted((a, b) => a - b) ?? doublingTo(blocks.unique * blockSize, blockSize);
  return {
    unlimitedHitRate: reuse.hits / total,
    curve: sizes.map((tokens) => ({
      ...sized(tokens),
      hitRate: reuse.hitsWithin(Math.floor(tokens / blockSize)) / total,
    })),
    reuseDistance: SHARES.flatMap((share) => {
      const capacityBlocks = reuse.capacityFor(share);
      return capacityBlocks === undefined ? [] : [{ share, ...sized(capacityBlocks * blockSize) }];
    }),
  };
}

/** Powers of two of at least one block, the last one large enough for all. */
function doublingTo(tokens: number, blockSize: number): number[] {
  const largest = 2 ** Math.ceil(Math.log2(tokens));
  const all = Array.from({ length: POINTS }, (_, index) => largest / 2 ** (POINTS - 1 - index));
  return all.filter((size) => size >= blockSize);
}
