import type { NumpyRandom } from './random.ts';
import { seedWords } from './seed-sequence.ts';

const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/**
 * numpy's `default_rng(seed)`: PCG64, a 128-bit linear congruential generator whose state is folded
 * to 64 bits and rotated (XSL-RR).
 * Source: M. E. O'Neill, "PCG", 2014; numpy, `src/pcg64/pcg64.h`.
 */
export class Pcg64 implements NumpyRandom {
  #state: bigint;
  readonly #increment: bigint;
  /** The half that `#next32` did not hand out yet. `random` neither uses nor clears it. */
  #spare: number | undefined;

  /** @param seed an integer of at least 0; above 2^53 as a bigint */
  constructor(seed: number | bigint) {
    const words = seedWords(BigInt(seed), 8);
    const pair = (index: number) => BigInt(words[index]!) | (BigInt(words[index + 1]!) << 32n);
    this.#increment = (pair(4) << 65n) | (pair(6) << 1n) | 1n;
    // The first step from a state of 0 leaves the increment; the seed is added to that.
    this.#state = this.#increment + ((pair(0) << 64n) | pair(2));
    this.#step();
  }

  random(): number {
    return Number(this.#next64() >> 11n) * 2 ** -53;
  }

  /** Lemire's multiplication with rejection, on halves of the output, the lower half first. */
  below(n: number): number {
    if (n === 1) return 0;
    const threshold = (2 ** 32 - n) % n;
    for (;;) {
      const product = BigInt(this.#next32()) * BigInt(n);
      if (Number(product & 0xffffffffn) >= threshold) return Number(product >> 32n);
    }
  }

  #next32(): number {
    const spare = this.#spare;
    if (spare !== undefined) {
      this.#spare = undefined;
      return spare;
    }
    const output = this.#next64();
    this.#spare = Number(output >> 32n);
    return Number(output & 0xffffffffn);
  }

  /** Steps, then folds the state's halves together and rotates by its six top bits. */
  #next64(): bigint {
    this.#step();
    const folded = (this.#state >> 64n) ^ BigInt.asUintN(64, this.#state);
    const rotation = this.#state >> 122n;
    return BigInt.asUintN(64, (folded >> rotation) | (folded << (64n - rotation)));
  }

  #step(): void {
    this.#state = BigInt.asUintN(128, this.#state * MULTIPLIER + this.#increment);
  }
}
