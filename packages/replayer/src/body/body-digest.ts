import { createHash } from 'node:crypto';

const WORDS = 8;

/**
 * One number for all the bodies of a run: the sum, modulo 2^256, of the SHA-256 of each row's index
 * (8 bytes, little endian) and body. A sum does not depend on the order, and the sums of shards add
 * up to that of the whole.
 */
export class BodyDigest {
  readonly #sum = new Uint32Array(WORDS);
  #count = 0;
  #bytes = 0;

  /** The digest of one body, to be added when it is sent. */
  static of(row: number, body: Uint8Array): Uint8Array {
    const index = Buffer.alloc(8);
    index.writeBigUInt64LE(BigInt(row));
    return createHash('sha256').update(index).update(body).digest();
  }

  add(digest: Uint8Array, bytes: number): void {
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    let carry = 0;
    for (let i = WORDS - 1; i >= 0; i--) {
      const sum = (this.#sum[i] ?? 0) + view.getUint32(i * 4) + carry;
      this.#sum[i] = sum >>> 0;
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
    this.#count++;
    this.#bytes += bytes;
  }

  /** Bodies sent, their bytes, and 64 hexadecimal digits. */
  result(): { readonly count: number; readonly bytes: number; readonly digest: string } {
    const digest = Array.from(this.#sum, (word) => word.toString(16).padStart(8, '0')).join('');
    return { count: this.#count, bytes: this.#bytes, digest };
  }
}
