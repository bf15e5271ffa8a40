import { BlockIndex } from '../../trace/block-index.ts';
import type { BlockId } from '../../trace/row.ts';

/** Node number of the root, above every first block. */
export const ROOT = -1;

/**
 * The tree of blocks that the rows of a trace share, from the root to each row's last block. A node
 * is a block under one parent, so equal ids under two parents are two nodes. Nodes are numbered
 * 0, 1, 2, … in the order of their first sight; a child has a larger number than its parent.
 */
export interface PrefixTree {
  /** Rows in it. */
  readonly rows: number;
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
  #rows = 0;
  #parents = new Int32Array(1024);
  #visits = new Int32Array(1024);
  #ends = new Int32Array(1024);

  /**
   * Adds the blocks of one row.
   *
   * @returns the node of its last block; `ROOT` for a row without blocks
   */
  add(hashIds: readonly BlockId[]): number {
    this.#rows += 1;
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
      rows: this.#rows,
      parents: this.#parents.slice(0, size),
      visits: this.#visits.slice(0, size),
      ends: this.#ends.slice(0, size),
    };
  }

  #grow(): void {
    this.#parents = twice(this.#parents);
    this.#visits = twice(this.#visits);
    this.#ends = twice(this.#ends);
  }
}

function twice(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
