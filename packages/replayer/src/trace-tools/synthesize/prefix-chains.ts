import { type PrefixTree, ROOT } from './prefix-tree.ts';
import { type Counts, cumulate, increment } from './numpy/empirical.ts';

/** The ways on from one point of the tree: a chain, or the end of the shared prefix. */
export interface Branches {
  readonly chains: readonly Chain[];
  /** For each chain, then for "a unique prompt follows", then for "ends here": see `pick`. */
  readonly cumulative: Float64Array;
}

/** Blocks that several rows share and that all of these rows go through, one below the other. */
export interface Chain {
  /** Number of its last node; the others have the numbers before it. */
  readonly lastNode: number;
  readonly blocks: number;
  readonly next: Branches;
  /** Tokens in the last block of the rows that end here. */
  readonly remainders: Counts;
}

/** A prefix tree as datagen sees it. */
export interface Chains {
  /** Chains of shared blocks, parents before children. */
  readonly chains: readonly Chain[];
  readonly root: Branches;
  /** Lengths of the unique prompts, in blocks. */
  readonly promptBlocks: Counts;
}

/**
 * Contracts a tree into chains. A chain starts at a node whose parent is the root or has another
 * number of visits, and goes down while there is one child with the same number. Chains with one
 * visit are the unique prompts, of which only the lengths are kept.
 *
 * @param remaindersAt for each shared node where rows end, the tokens in their last blocks
 */
export function contract(tree: PrefixTree, remaindersAt: ReadonlyMap<number, Counts>): Chains {
  const { parents, visits, ends } = tree;
  const size = parents.length;
  const heads: number[] = [];
  const headsUnder = new Map<number, number[]>();
  for (let node = 0; node < size; node += 1) {
    const parent = parents[node]!;
    if (parent !== ROOT && visits[parent] === visits[node]) continue;
    heads.push(node);
    const siblings = headsUnder.get(parent);
    if (siblings === undefined) headsUnder.set(parent, [node]);
    else siblings.push(node);
  }

  /** Its last node. A child that all rows of its parent visit has the next number. */
  const tailOf = (head: number) => {
    let node = head;
    while (parents[node + 1] === node && visits[node + 1] === visits[node]) node += 1;
    return node;
  };

  const promptBlocks = new Map<number, number>();
  const chainOf = new Map<number, Chain>();
  const branches = (children: readonly number[], rowsThatEnd: number): Branches => {
    const shared = children.filter((head) => visits[head]! > 1);
    const isLong = (head: number) => chainOf.get(head)!.blocks > 1;
    const ordered = [
      ...shared.filter((head) => !isLong(head)),
      ...shared.filter(isLong).sort((a, b) => visits[a]! - visits[b]! || a - b),
    ];
    const weights = ordered.map((head) => visits[head]!);
    weights.push(children.length - shared.length, rowsThatEnd);
    return { chains: ordered.map((head) => chainOf.get(head)!), cumulative: cumulate(weights) };
  };

  // A chain has lower numbers than the chains below it, so these are made first.
  for (const head of heads.toReversed()) {
    const lastNode = tailOf(head);
    const blocks = lastNode - head + 1;
    if (visits[head] === 1) {
      increment(promptBlocks, blocks);
      continue;
    }
    const next = branches(headsUnder.get(lastNode) ?? [], ends[lastNode]!);
    const remainders = remaindersAt.get(lastNode) ?? new Map<number, number>();
    chainOf.set(head, { lastNode, blocks, next, remainders });
  }
  const root = branches(headsUnder.get(ROOT) ?? [], 0);
  return { chains: [...chainOf.values()].reverse(), root, promptBlocks };
}
