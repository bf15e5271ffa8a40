import { enlarged } from './enlarged.ts';
import type { BlockId } from './row.ts';

/**
 * Numbers pairs of (context, block id) 0, 1, 2, … in the order of their first sight. The context is
 * an integer: 0 for blocks by their id alone, a position, or the node before the block.
 *
 * An open-addressing table of 20 to 40 bytes a pair: a `Map` takes 60 and ends at 2^24 entries,
 * and a million rows of the conversation trace hold 12 million blocks.
 */
export class BlockIndex {
  #size = 0;
  #contexts = new Int32Array(FIRST_CAPACITY);
  #keys = new Float64Array(FIRST_CAPACITY);
  /** Number of the pair + 1; 0 where the slot is free. Twice as many slots as pairs at least. */
  #slots = new Int32Array(2 * FIRST_CAPACITY);
  /** Ids above 2^53 as negative keys, so that each key is one exact double. */
  readonly #largeIds = new Map<bigint, number>();

  get size(): number {
    return this.#size;
  }

  /** Number of the pair; it is the `size` before the call when the pair is new. */
  add(context: number, id: BlockId): number {
    const key = typeof id === 'number' ? id : this.#keyOf(id);
    const mask = this.#slots.length - 1;
    for (let slot = hash(context, key) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) return this.#append(context, key, slot);
      if (this.#keys[number] === key && this.#contexts[number] === context) return number;
    }
  }

  #append(context: number, key: number, slot: number): number {
    const number = this.#size;
    this.#contexts[number] = context;
    this.#keys[number] = key;
    this.#slots[slot] = number + 1;
    this.#size += 1;
    if (this.#size === this.#keys.length) this.#grow();
    return number;
  }

  #grow(): void {
    this.#contexts = enlarged(this.#contexts, 2 * this.#size);
    this.#keys = enlarged(this.#keys, 2 * this.#size);
    this.#slots = new Int32Array(4 * this.#size);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number += 1) {
      let slot = hash(this.#contexts[number]!, this.#keys[number]!) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }

  #keyOf(id: bigint): number {
    const known = this.#largeIds.get(id);
    if (known !== undefined) return known;
    const key = -1 - this.#largeIds.size;
    this.#largeIds.set(id, key);
    return key;
  }
}

/** A power of two, as every capacity is. */
const FIRST_CAPACITY = 1024;

/** Source: the finalizer of MurmurHash3, over the words of the key and the context. */
function hash(context: number, key: number): number {
  let mixed = (key | 0) ^ Math.imul(Math.floor(key / 2 ** 32), 0x9e3779b1);
  mixed ^= Math.imul(context, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
