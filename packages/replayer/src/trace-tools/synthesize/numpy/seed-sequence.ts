/** Words of numpy's entropy pool. */
const POOL_WORDS = 4;

/**
 * Spreads a seed over 32-bit words: numpy's `SeedSequence(seed).generate_state(count)`.
 * Source: numpy 2, `numpy/random/bit_generator.pyx`, after M. E. O'Neill's `seed_seq_fe`.
 *
 * @param seed any integer of at least 0, however large
 * @param count words wanted
 */
export function seedWords(seed: bigint, count: number): Uint32Array {
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
