import { BlockIndex } from '../../trace/block-index.ts';
import type { BlockId } from '../../trace/row.ts';

/** Node number of the root, above every first block. */
export const ROOT = -1;

/**
 * The tree of a trace's blocks. A node is a block under one parent. Nodes are numbered 0, 1, 2, …
 * in the order of their first sight, so a child has a larger number than its parent.
 */
export class PrefixTree {
  readonly #nodes = new BlockIndex();
  /** For each node, the node before it; `ROOT` for a first block. */
  readonly parents: number[] = [];
  /** For each node, the rows that go through it. */
  readonly visits: number[] = [];
  /** For each node, the rows that end there. */
  readonly ends: number[] = [];

  /** @returns the node of the row's last block; `ROOT` for a row without blocks */
  add(hashIds: readonly BlockId[]): number {
    let node = ROOT;
    for (const id of hashIds) {
      const child = this.#nodes.add(node, id);
      if (child === this.parents.length) {
        this.parents.push(node);
        this.visits.push(0);
        this.ends.push(0);
      }
      this.visits[child]! += 1;
      node = child;
    }
    if (node !== ROOT) this.ends[node]! += 1;
    return node;
  }
}
