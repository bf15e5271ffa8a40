/**
 * The value that Student's t exceeds with probability `tail`.
 *
 * @param tail above 0, at most 0.5
 * @param degrees of freedom, 1 or more
 */
export function studentQuantile(tail: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentAbove(high, degrees) > tail) [low, high] = [high, high * 2];
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (studentAbove(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Probability that Student's t is above `t`, for t ≥ 0 and whole degrees of freedom.
 * Source: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4.
 */
export function studentAbove(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  const inside = isOdd ? (theta + Math.sin(theta) * sum) / (Math.PI / 2) : Math.sin(theta) * sum;
  return (1 - inside) / 2;
}
