import type { BlockId } from '../trace/row.ts';
import type { RandomState } from './seeded-random.ts';

/** Blocks of a hash id, of a row without hash ids, of a warm-up request: they share nothing. */
const KINDS = { shared: 0, row: 1, 'warm-up': 2 } as const;

export type BlockKind = keyof typeof KINDS;

export interface BlockName {
  readonly kind: BlockKind;
  /** The upper and the lower 32 bits of a hash id; or index of row or request, and of the block. */
  readonly high: number;
  readonly low: number;
}

const WORD = 2 ** 32;

export function sharedBlock(id: BlockId): BlockName {
  if (typeof id === 'number')
    return { kind: 'shared', high: Math.floor(id / WORD), low: id % WORD };
  return { kind: 'shared', high: Number(id >> 32n), low: Number(id & 0xffff_ffffn) };
}

/**
 * The state from which one block's tokens are drawn. Different blocks have different states.
 *
 * @param seed an integer from 0 to 2^53 - 1
 */
export function blockState(seed: number, { kind, high, low }: BlockName): RandomState {
  return [low, high, seed % WORD, Math.floor(seed / WORD) * 4 + KINDS[kind]];
}
