import type { NumpyRandom } from './random.ts';

const WORDS = 624;
const SHIFT = 397;

/**
 * numpy's legacy global stream after `numpy.random.seed(seed)`: the Mersenne Twister MT19937, with
 * `rand()` as `random` and `randint(0, n)` as `below`.
 * Source: M. Matsumoto and T. Nishimura, `mt19937ar.c` (2002).
 */
export class Mt19937 implements NumpyRandom {
  readonly #words = new Uint32Array(WORDS);
  #next = WORDS;

  /** @param seed an integer; its low 32 bits count */
  constructor(seed: number | bigint) {
    const words = this.#words;
    words[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < WORDS; i += 1) {
      const last = words[i - 1]!;
      words[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
  }

  random(): number {
    const high = this.#next32() >>> 5;
    const low = this.#next32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Masked to the next power of two minus 1, and drawn again while the result is not below n. */
  below(n: number): number {
    if (n === 1) return 0;
    const mask = 0xffffffff >>> Math.clz32(n - 1);
    for (;;) {
      const value = (this.#next32() & mask) >>> 0;
      if (value < n) return value;
    }
  }

  #next32(): number {
    if (this.#next === WORDS) this.#refill();
    let word = this.#words[this.#next]!;
    this.#next += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #refill(): void {
    const words = this.#words;
    for (let i = 0; i < WORDS; i += 1) {
      const word = (words[i]! & 0x80000000) | (words[(i + 1) % WORDS]! & 0x7fffffff);
      words[i] = words[(i + SHIFT) % WORDS]! ^ (word >>> 1) ^ (word & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
