import type { BlockName } from './block.ts';

const BITS = 22;
const SIZE = 2 ** BITS;

/**
 * Knows which blocks came before, in half a megabyte and not always rightly: at most every second
 * new one is taken for known. Before it gets worse than that it forgets everything.
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
