import type { NumpyRandom } from './random.ts';
import { seedWords } from './seed-sequence.ts';

/** Limbs of 16 bits, lowest first, that make 128: sums of their products are exact in a double. */
const LIMBS = 8;
const MULTIPLIER = limbsOf(0x2360ed051fc65da44385df649fccf645n);

/**
 * numpy's `default_rng(seed)`: PCG64, a 128-bit linear congruential generator whose state is folded
 * to 64 bits and rotated (XSL-RR).
 * Source: M. E. O'Neill, "PCG", 2014; numpy, `src/pcg64/pcg64.h`.
 */
export class Pcg64 implements NumpyRandom {
  readonly #state: Uint16Array;
  readonly #old = new Uint16Array(LIMBS);
  readonly #increment: Uint16Array;
  /** The last output, as two words of 32 bits. */
  #high = 0;
  #low = 0;
  /** The half that `#next32` did not hand out yet. `random` neither uses nor clears it. */
  #spare: number | undefined;

  /** @param seed an integer of at least 0; above 2^53 as a bigint */
  constructor(seed: number | bigint) {
    const words = seedWords(BigInt(seed), 8);
    const pair = (index: number) => BigInt(words[index]!) | (BigInt(words[index + 1]!) << 32n);
    const increment = (pair(4) << 65n) | (pair(6) << 1n) | 1n;
    this.#increment = limbsOf(increment);
    // The first step from a state of 0 leaves the increment; the seed is added to that.
    this.#state = limbsOf(increment + ((pair(0) << 64n) | pair(2)));
    this.#step();
  }

  random(): number {
    this.#next64();
    return (this.#high * 2 ** 21 + (this.#low >>> 11)) * 2 ** -53;
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
    this.#next64();
    this.#spare = this.#high;
    return this.#low;
  }

  /** Moves on, then folds the state's halves together and rotates by its six top bits. */
  #next64(): void {
    this.#step();
    const state = this.#state;
    const low = word(state, 0) ^ word(state, 4);
    const high = word(state, 2) ^ word(state, 6);
    const rotation = state[7]! >>> 10;
    // 32 bits of the rotation swap the two words; the rest moves bits between them.
    const [first, second] = rotation & 32 ? [high, low] : [low, high];
    this.#low = shiftPair(second, first, rotation & 31);
    this.#high = shiftPair(first, second, rotation & 31);
  }

  /** state = state * multiplier + increment, modulo 2^128. */
  #step(): void {
    const state = this.#state;
    const old = this.#old;
    old.set(state);
    let carry = 0;
    for (let limb = 0; limb < LIMBS; limb += 1) {
      let sum = carry + this.#increment[limb]!;
      for (let i = 0; i <= limb; i += 1) sum += old[i]! * MULTIPLIER[limb - i]!;
      state[limb] = sum % 65536;
      carry = Math.floor(sum / 65536);
    }
  }
}

/** Two limbs as a word of 32 bits. */
function word(limbs: Uint16Array, index: number): number {
  return limbs[index]! | (limbs[index + 1]! << 16);
}

/** Lower word of (high, low) shifted right by 0 to 31 bits. */
function shiftPair(high: number, low: number, bits: number): number {
  // In JavaScript a shift by 32 is a shift by 0.
  return (bits === 0 ? low : (low >>> bits) | (high << (32 - bits))) >>> 0;
}

function limbsOf(value: bigint): Uint16Array {
  return Uint16Array.from({ length: LIMBS }, (_, limb) =>
    Number((value >> BigInt(16 * limb)) & 0xffffn),
  );
}
