import type { Weights } from './ranked-values.ts';
import type { Random } from './random.ts';

/** Fewest rows of which an interval is made: those of four slices. */
export const FEWEST_ROWS = 256;

/** A quarter of √rows: long slices, because a queue that drains makes neighbours alike. */
export function sliceCountOf(rows: number): number {
  return Math.max(Math.floor(Math.sqrt(rows) / 4), 1);
}

/** Draws one resample: how often each row is in it. The same array every time, filled anew. */
export type DrawWeights = () => Weights;

/**
 * Moving slices of equal length in time, on a circle so that the rows at both ends are drawn as
 * often as the others. Both sides of a pair get the same draw, so what they share cancels.
 * Source: Künsch 1989; on a circle, Politis and Romano 1992.
 *
 * @param dueNs ascending
 */
export function createTimeSlices(dueNs: Float64Array, slices: number, random: Random): DrawWeights {
  const count = dueNs.length;
  const startNs = dueNs[0] ?? 0;
  // The gap that closes the circle is the mean one; rows due all at once are an even circle.
  const spanNs = ((dueNs[count - 1] ?? 0) - startNs) * (count / Math.max(count - 1, 1));
  const place =
    spanNs > 0
      ? Float64Array.from(dueNs, (atNs) => (atNs - startNs) / spanNs)
      : Float64Array.from(dueNs, (_, index) => index / count);
  const length = 1 / slices;
  const changes = new Int32Array(count + 1);
  const weights: Weights = new Uint16Array(count);

  const add = (from: number, to: number) => {
    changes[firstFrom(place, from)]! += 1;
    changes[firstFrom(place, to)]! -= 1;
  };

  return () => {
    changes.fill(0);
    for (let slice = 0; slice < slices; slice++) {
      const from = random();
      const to = from + length;
      add(from, Math.min(to, 1));
      if (to > 1) add(0, to - 1);
    }
    let weight = 0;
    for (let index = 0; index < count; index++) {
      weight += changes[index]!;
      weights[index] = weight;
    }
    return weights;
  };
}

/** Index of the first place at or after `from`; the count when there is none. */
function firstFrom(place: Float64Array, from: number): number {
  let [low, high] = [0, place.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (place[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
