import { BlockIndex } from '../../trace/block-index.ts';
import { enlarged } from '../../trace/enlarged.ts';
import type { BlockId } from '../../trace/row.ts';

/** Node number of the root, above every first block. */
export const ROOT = -1;

/**
 * The tree of a trace's blocks. A node is a block under one parent. Nodes are numbered 0, 1, 2, …
 * in the order of their first sight, so a child has a larger number than its parent.
 */
export interface PrefixTree {
  /** For each node, the node before it; `ROOT` for a first block. */
  readonly parents: Int32Array;
  /** For each node, the rows that go through it. */
  readonly visits: Int32Array;
  /** For each node, the rows that end there. */
  readonly ends: Int32Array;
}

/** Grows a tree row by row, in bounded memory for each node. */
export class PrefixTreeBuilder {
  readonly #nodes = new BlockIndex();
  #parents = new Int32Array(1024);
  #visits = new Int32Array(1024);
  #ends = new Int32Array(1024);

  /** @returns the node of the row's last block; `ROOT` for a row without blocks */
  add(hashIds: readonly BlockId[]): number {
    let node = ROOT;
    for (const id of hashIds) {
      const child = this.#nodes.add(node, id);
      if (child === this.#visits.length) this.#grow();
      this.#parents[child] = node;
      this.#visits[child]! += 1;
      node = child;
    }
    if (node !== ROOT) this.#ends[node]! += 1;
    return node;
  }

  /** The tree so far. */
  build(): PrefixTree {
    const { size } = this.#nodes;
    return {
      parents: this.#parents.slice(0, size),
      visits: this.#visits.slice(0, size),
      ends: this.#ends.slice(0, size),
    };
  }

  #grow(): void {
    const length = 2 * this.#ends.length;
    this.#parents = enlarged(this.#parents, length);
    this.#visits = enlarged(this.#visits, length);
    this.#ends = enlarged(this.#ends, length);
  }
}
