import type { NumpyRandom } from './random.ts';

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

/** Words of numpy's entropy pool. */
const POOL_WORDS = 4;

/**
 * Spreads a seed over 32-bit words: numpy's `SeedSequence(seed).generate_state(count)`.
 * Source: numpy 2, `numpy/random/bit_generator.pyx`, after M. E. O'Neill's `seed_seq_fe`.
 */
function seedWords(seed: bigint, count: number): Uint32Array {
  const entropy = wordsOf(seed);
  const scramble = createScramble(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: POOL_WORDS }, (_, index) => scramble(entropy[index] ?? 0));
  const stir = (target: number, word: number) => {
    pool[target] = mix(pool[target]!, scramble(word));
  };
  for (let source = 0; source < POOL_WORDS; source += 1) {
    for (let target = 0; target < POOL_WORDS; target += 1) {
      if (source !== target) stir(target, pool[source]!);
    }
  }
  for (const word of entropy.slice(POOL_WORDS)) {
    for (let target = 0; target < POOL_WORDS; target += 1) stir(target, word);
  }
  const draw = createScramble(0x8b51f9dd, 0x58f38ded);
  return Uint32Array.from({ length: count }, (_, index) => draw(pool[index % POOL_WORDS]!));
}

/** The seed's 32-bit words, lowest first; one word for 0. */
function wordsOf(seed: bigint): number[] {
  const words = [];
  for (let rest = seed; rest > 0n || words.length === 0; rest >>= 32n) {
    words.push(Number(rest & 0xffffffffn));
  }
  return words;
}

/** A multiplicative hash whose multiplier moves on with every word. */
function createScramble(start: number, factor: number): (word: number) => number {
  let multiplier = start;
  return (word) => {
    const mixed = word ^ multiplier;
    multiplier = Math.imul(multiplier, factor);
    return fold(Math.imul(mixed, multiplier));
  };
}

function mix(x: number, y: number): number {
  return fold(Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y));
}

function fold(word: number): number {
  return (word ^ (word >>> 16)) >>> 0;
}
