import { roundHalfEven } from '../../trace/python-format.ts';
import type { Compat } from './options.ts';

/** How a prefix-len-multiplier lengthens chains, and spreads their ids so that none overlap. */
export interface Labels {
  /** Blocks of a chain, lengthened. */
  blocks(blocks: number): number;
  /** Id of a chain's last block, by its last node; the others have the ids before it. */
  label(node: number): number;
}

/**
 * The rule of each era. The old one takes a fraction above 1 as the next integer.
 * Source: `docs/trace-tools.md`, step 8.
 */
export function createLabels(compat: Compat, multiplier: number): Labels {
  const stride = Math.max(1, Math.ceil(multiplier));
  const isWhole = compat === 'old' && multiplier > 1;
  const shift = isWhole ? stride : stride - 1;
  return {
    blocks: (blocks) =>
      isWhole ? blocks * stride : Math.max(1, roundHalfEven(blocks * multiplier)),
    label: (node) => node * stride + shift,
  };
}
