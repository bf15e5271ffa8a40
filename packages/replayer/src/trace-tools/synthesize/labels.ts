import type { Chain } from './prefix-chains.ts';
import { roundHalfEven } from '../../trace/python-format.ts';
import type { Compat } from './options.ts';

/** How a prefix-len-multiplier lengthens chains, and spreads their ids so that none overlap. */
export interface Labels {
  /** Largest id of the shared prefixes; unique prompts go on from here. */
  readonly lastId: number;
  /** Blocks of the lengthened chain. */
  blocks(chain: Chain): number;
  /** Id of the chain's last block; the others have the ids before it. */
  label(chain: Chain): number;
}

/**
 * The rule of each era. The old one takes a fraction above 1 as the next integer.
 * Source: `docs/trace-tools.md`, step 8.
 *
 * @param nodes of the tree
 */
export function createLabels(compat: Compat, nodes: number, multiplier: number): Labels {
  const stride = Math.max(1, Math.ceil(multiplier));
  const rounded = ({ blocks }: Chain) => Math.max(1, roundHalfEven(blocks * multiplier));
  if (compat === 'new') {
    return {
      lastId: nodes * stride - 1,
      blocks: rounded,
      label: ({ lastNode }) => lastNode * stride + stride - 1,
    };
  }
  if (multiplier > 1) {
    return {
      lastId: nodes * stride,
      blocks: ({ blocks }) => blocks * stride,
      label: ({ lastNode }) => lastNode * stride + stride,
    };
  }
  return { lastId: nodes - 1, blocks: rounded, label: ({ lastNode }) => lastNode };
}
