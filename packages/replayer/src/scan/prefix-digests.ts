import type { BlockId } from '../trace/row.ts';

/**
 * Digests of all prefixes of a row: prefix i has 64 bits in `a[i]` and `b[i]`, which follow from
 * those of the prefix before it. The arrays are filled anew for each row.
 */
export class PrefixDigests {
  a = new Int32Array(256);
  b = new Int32Array(256);

  /** @returns the number of prefixes */
  fill(hashIds: readonly BlockId[]): number {
    if (hashIds.length > this.a.length) {
      this.a = new Int32Array(2 * hashIds.length);
      this.b = new Int32Array(2 * hashIds.length);
    }
    let a = 0x243f6a88;
    let b = 0x85a308d3;
    for (let index = 0; index < hashIds.length; index += 1) {
      const id = hashIds[index]!;
      const low = typeof id === 'number' ? id | 0 : Number(id & 0xffff_ffffn) | 0;
      const high = typeof id === 'number' ? (id / 2 ** 32) | 0 : Number(id >> 32n) | 0;
      // Source: the steps of MurmurHash3.
      a = Math.imul(a ^ low, 0x85ebca6b);
      a = Math.imul(((a << 13) | (a >>> 19)) ^ high, 0xc2b2ae35);
      a ^= a >>> 16;
      b = Math.imul(b ^ a, 0x9e3779b1);
      b = Math.imul(b ^ (b >>> 15) ^ low ^ Math.imul(high, 0x27d4eb2f), 0x85ebca6b);
      b ^= b >>> 13;
      this.a[index] = a;
      this.b[index] = b;
    }
    return hashIds.length;
  }

  /** The 53 bits of a prefix that a number holds. */
  key(index: number): number {
    return (this.a[index]! >>> 0) * 2 ** 21 + (this.b[index]! >>> 11);
  }
}
