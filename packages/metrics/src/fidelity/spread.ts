/** A distribution by its quantiles: shares from 0 to 1 and their values, both ascending. */
export interface Quantiles {
  readonly shares: readonly number[];
  readonly values: readonly number[];
}

/** A distribution in parts, each counted at one value; the shares add up to 1. */
export type Parts = readonly { readonly value: number; readonly share: number }[];

/** Finer towards the top, where errors are large and few. */
const LEVELS: readonly number[] = [
  ...steps(0, 0.9, 18),
  ...steps(0.9, 0.99, 18),
  ...steps(0.99, 0.999, 9),
  ...steps(0.999, 1, 4),
  1,
];

function steps(from: number, to: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, step) => from + ((to - from) * step) / count);
}

/** The value at a share, on straight lines between the known ones. */
export function valueAt({ shares, values }: Quantiles, share: number): number {
  const after = shares.findIndex((each) => each >= share);
  if (after === -1) return values.at(-1) ?? 0;
  const [upper = 0, lower = upper] = [values[after], values[after - 1]];
  const [end = 1, start = end] = [shares[after], shares[after - 1]];
  return end === start ? upper : lower + ((upper - lower) * (share - start)) / (end - start);
}

/** From here on a stall that few stamps met stands beside stamps that met none. */
const TAIL_FROM = 0.99;

/** As `valueAt`, and by ratios in the tail: a straight line would make all of it late. */
function errorAt({ shares, values }: Quantiles, share: number): number {
  const after = shares.findIndex((each) => each >= share);
  const [upper = 0, lower = upper] = [values[after], values[after - 1]];
  const [end = 1, start = end] = [shares[after], shares[after - 1]];
  if (end === start) return upper;
  const part = (share - start) / (end - start);
  const isTail = start >= TAIL_FROM && lower > 0;
  return isTail ? lower * (upper / lower) ** part : lower + (upper - lower) * part;
}

/** The share of the values up to one: the inverse of `valueAt`. */
function shareUpTo({ shares, values }: Quantiles, value: number): number {
  let after = 0;
  while (after < values.length && values[after]! <= value) after += 1;
  if (after === 0) return 0;
  if (after === values.length) return 1;
  const [lower = 0, upper = lower] = [values[after - 1], values[after]];
  const [start = 0, end = start] = [shares[after - 1], shares[after]];
  return start + ((end - start) * (value - lower)) / (upper - lower);
}

/** Each part counts at its upper end, so that no quantile is too low. */
export function partsOf(quantiles: Quantiles): Parts {
  return LEVELS.slice(1).map((level, place) => ({
    value: errorAt(quantiles, level),
    share: level - LEVELS[place]!,
  }));
}

/** The sum of two independent errors, or with `sign` −1 the first less the second. */
export function sumOf(a: Parts, b: Parts, sign: 1 | -1 = 1): Parts {
  const all = a.flatMap((one) =>
    b.map((other) => ({ value: one.value + sign * other.value, share: one.share * other.share })),
  );
  return regrouped(all);
}

/** The same distribution in as many parts as `partsOf` makes. */
export function regrouped(parts: Parts): Parts {
  const sorted = [...parts].sort((x, y) => x.value - y.value);
  let at = 0;
  let below = sorted[0]?.share ?? 0;
  return LEVELS.slice(1).map((level, place) => {
    while (below < level - 1e-9 && at < sorted.length - 1) below += sorted[(at += 1)]!.share;
    return { value: sorted[at]?.value ?? 0, share: level - LEVELS[place]! };
  });
}

export function meanOf(parts: Parts): number {
  return parts.reduce((sum, { value, share }) => sum + value * share, 0);
}

export function deviationOf(parts: Parts): number {
  const mean = meanOf(parts);
  return Math.sqrt(parts.reduce((sum, { value, share }) => sum + (value - mean) ** 2 * share, 0));
}

/** A bisection that ends at a millionth of its range and less. */
const HALVINGS = 24;

/** The quantile of value + error, if the two are independent. */
export function quantileWith(values: Quantiles, error: Parts, share: number): number {
  const errors = error.map(({ value }) => value);
  let low = values.values[0]! + Math.min(...errors);
  let high = values.values.at(-1)! + Math.max(...errors);
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    const below = error.reduce(
      (sum, part) => sum + part.share * shareUpTo(values, middle - part.value),
      0,
    );
    if (below >= share) high = middle;
    else low = middle;
  }
  return high;
}

/** After so many rounds the tests' shapes no longer change. */
const ROUNDS = 12;

/**
 * The values without an independent error, from those with it: each quantile less what the error
 * adds to it, found by adding the error to the values of the round before.
 */
export function withoutError(measured: Quantiles, error: Parts): Quantiles {
  const { shares } = measured;
  let added = shares.map((share) => valueOfParts(error, share));
  let values = measured;
  for (let round = 0; round < ROUNDS; round += 1) {
    const less = measured.values.map((value, at) => value - added[at]!);
    const before = { shares, values: ascending(less, shares) };
    added = shares.map((share, at) => quantileWith(before, error, share) - before.values[at]!);
    values = before;
  }
  return values;
}

/** The least value that a share of the parts does not exceed. */
export function valueOfParts(parts: Parts, share: number): number {
  let below = 0;
  for (const part of parts) {
    below += part.share;
    if (below >= share - 1e-9) return part.value;
  }
  return parts.at(-1)?.value ?? 0;
}

/** The nearest values that ascend: neighbours out of order get their mean, weighted by share. */
function ascending(values: readonly number[], shares: readonly number[]): readonly number[] {
  const blocks: { mean: number; weight: number; size: number }[] = [];
  values.forEach((value, at) => {
    const weight = ((shares[at + 1] ?? 1) - (shares[at - 1] ?? 0)) / 2 + 1e-9;
    let block = { mean: value, weight, size: 1 };
    for (let last = blocks.at(-1); last && last.mean > block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const both = last.weight + block.weight;
      const mean = (last.mean * last.weight + block.mean * block.weight) / both;
      block = { mean, weight: both, size: last.size + block.size };
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ mean, size }) => Array.from({ length: size }, () => mean));
}

/** How fast the values grow with their share, around one. */
export function slopeAt(values: Quantiles, share: number): number {
  const room = Math.max(0.005, Math.min(0.05, share / 2, (1 - share) / 2));
  const [from, to] = [Math.max(0, share - room), Math.min(1, share + room)];
  return (valueAt(values, to) - valueAt(values, from)) / (to - from);
}

/** The mean size of an error, each part taken as no larger than `most`. */
export function meanSizeOf(parts: Parts, most: number): number {
  return parts.reduce((sum, { value, share }) => sum + Math.min(Math.abs(value), most) * share, 0);
}
