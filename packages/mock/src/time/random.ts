/** Gives numbers in [0, 1), the same ones for the same seed. */
export type Random = () => number;

/**
 * Makes a generator from one or more integers, so that request 7 of seed 1 draws the same numbers
 * whatever arrives before it. A deliberate second copy: the client's generator is not imported.
 * Source: the finalizer of MurmurHash3 over a Weyl sequence (splitmix32).
 *
 * @param seeds integers; their order counts
 */
export function createRandom(...seeds: readonly number[]): Random {
  let state = seeds.reduce((mixed, seed) => mix((mixed ^ seed) + WEYL), 0);
  return () => {
    state = (state + WEYL) | 0;
    return mix(state) / 2 ** 32;
  };
}

const WEYL = 0x9e3779b9;

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
