import type { BlockId } from '../trace/row.ts';
import { type BlockName, sharedBlock } from './block.ts';

/** Bytes of an entry besides its text: about those of an array and of a map's slot. */
const ENTRY_BYTES = 200;

/**
 * Texts of blocks under a limit of bytes; the least recently used goes first. A text is kept from
 * its second use on, since in real traces five of six blocks come once.
 */
export class BlockCache {
  readonly #limitBytes: number;
  readonly #seen = new Doorkeeper();
  /** The least recently used first. */
  readonly #texts = new Map<BlockId, Uint8Array>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The text of a block, to be read only; `undefined` if it is not kept. */
  get(id: BlockId): Uint8Array | undefined {
    const text = this.#texts.get(id);
    if (text === undefined) return undefined;
    this.#texts.delete(id);
    this.#texts.set(id, text);
    return text;
  }

  /** Keeps a copy of a text that `get` did not have, if its block came before. */
  offer(id: BlockId, text: Uint8Array): void {
    const cost = text.length + ENTRY_BYTES;
    if (cost > this.#limitBytes || !this.#seen.knows(sharedBlock(id))) return;
    this.#texts.set(id, new Uint8Array(text));
    this.#bytes += cost;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#texts.delete(oldest);
      this.#bytes -= length + ENTRY_BYTES;
    }
  }
}

const BITS = 22;
const SIZE = 2 ** BITS;

/**
 * Remembers blocks in half a megabyte: at most every second new one is taken for known. Before it
 * gets worse than that it forgets everything.
 */
export class Doorkeeper {
  readonly #bits = new Uint32Array(SIZE / 32);
  #known = 0;

  /** Whether the block came before. From now on it did. */
  knows({ high, low }: BlockName): boolean {
    // Neighbouring ids, as traces have them, fall on different bits (Fibonacci hashing).
    const bit = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) >>> (32 - BITS);
    const word = this.#bits[bit >>> 5] as number;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return true;
    if (this.#known >= SIZE / 2) {
      this.#bits.fill(0);
      this.#known = 0;
    }
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] as number) | mask;
    this.#known++;
    return false;
  }
}
