/** A stream of random numbers that equals one of numpy's bit for bit, as `datagen` uses it. */
export interface NumpyRandom {
  /** The next double in [0, 1), with 53 random bits. */
  random(): number;
  /** The next integer in [0, n), for 1 <= n < 2^32. One outcome (n = 1) draws nothing. */
  below(n: number): number;
}
