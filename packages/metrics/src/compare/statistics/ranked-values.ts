/**
 * Values sorted once, of which quantiles and means are read many times, each time with other
 * weights. NaN has no place in an order and is left out; Infinity comes last.
 */
export interface RankedValues {
  /** Rows that have a value, from the smallest value to the largest. */
  readonly order: Uint32Array;
  readonly values: Float64Array;
  /** For each row 1 if it has a value, and that value where it is finite, else 0. */
  readonly known: Uint8Array;
  readonly finite: Float64Array;
  readonly infinite: Uint32Array;
}

export function rankValues(values: Float64Array): RankedValues {
  const rows = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const order = Uint32Array.from(rows).sort((a, b) => {
    const [x = 0, y = 0] = [values[a], values[b]];
    return x < y ? -1 : x > y ? 1 : 0;
  });
  return {
    order,
    values,
    known: Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1)),
    finite: values.map((value) => (Number.isFinite(value) ? value : 0)),
    infinite: order.filter((row) => values[row] === Infinity),
  };
}

/** How often each row is there: 1 for the run itself, otherwise as often as it was drawn. */
export type Weights = Uint16Array;

/** Sum of the weights of the rows that have a value. */
export function weightOf({ known }: RankedValues, weights: Weights): number {
  let total = 0;
  for (let row = 0; row < known.length; row++) total += weights[row]! * known[row]!;
  return total;
}

/**
 * Quantile by rank ⌈n p⌉, the rule of every report; n is the sum of the weights.
 *
 * @param total what `weightOf` says
 * @returns `undefined` if no value has a weight
 */
export function quantileOf(
  { order, values }: RankedValues,
  weights: Weights,
  total: number,
  perMille: number,
): number | undefined {
  if (total === 0) return undefined;
  const rank = Math.ceil((total * perMille) / 1000);
  // From the nearer end: most quantiles that are asked for lie high, and this is the inner loop.
  if (perMille > 500) {
    let [place, below] = [order.length, total];
    while (below >= rank) below -= weights[order[--place]!]!;
    return values[order[place]!];
  }
  let [place, covered] = [-1, 0];
  while (covered < rank) covered += weights[order[++place]!]!;
  return values[order[place]!];
}

/** Weighted mean; Infinity if any value with a weight is, `undefined` if there is none. */
export function meanOf(
  { finite, infinite }: RankedValues,
  weights: Weights,
  total: number,
): number | undefined {
  if (total === 0) return undefined;
  for (const row of infinite) if (weights[row] !== 0) return Infinity;
  let sum = 0;
  for (let row = 0; row < finite.length; row++) sum += weights[row]! * finite[row]!;
  return sum / total;
}
