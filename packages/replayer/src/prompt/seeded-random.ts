/** The 128 bits from which a generator starts: four 32-bit words. */
export type RandomState = readonly [a: number, b: number, c: number, counter: number];

/** Rounds that are thrown away, so that states which differ in one bit give unrelated numbers. */
const WARM_UP_ROUNDS = 20;

/**
 * Fills an array with integers from 0 to 2^32 - 1, the same ones from the same state; a longer
 * array begins like a shorter one. One loop keeps the state in registers: a call for each number
 * would take most of the time of a prompt.
 *
 * The generator is sfc32 by Chris Doty-Humphrey. A round is a bijection of the state, so different
 * states never become the same one. Source: PractRand, `RNG/sfc.h`, in the public domain; it seeds
 * three words and throws away 15 rounds, we seed four and throw away 20.
 */
export function fillRandom(numbers: Uint32Array, state: RandomState): void {
  let [a, b, c, counter] = state;
  for (let i = -WARM_UP_ROUNDS; i < numbers.length; i++) {
    const number = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + number) | 0;
    if (i >= 0) numbers[i] = number;
  }
}
