/** A number from 0 to below 1; the next one with every call. */
export type Random = () => number;

/** Rounds that are thrown away, so that neighbouring seeds give unrelated numbers. */
const WARM_UP_ROUNDS = 20;

/**
 * A generator made from a seed: equal seeds give equal numbers on every machine.
 *
 * Source: sfc32 of Chris Doty-Humphrey's PractRand, `RNG/sfc.h`; in the public domain.
 */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0, 1];
  const next = () => {
    const number = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + number) | 0;
    return (number >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next();
  return next;
}
