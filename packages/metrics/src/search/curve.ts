/** The share of good rows at one speed. */
export interface CurvePoint {
  readonly speed: number;
  readonly share: number;
  /** Weight. */
  readonly rows: number;
}

/**
 * The decreasing curve that is nearest to the points: more load makes no more rows good.
 * Source: pool adjacent violators, Ayer and others 1955.
 *
 * @param points ascending in speed
 */
export function decreasingFit(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const pools: { share: number; rows: number; speeds: CurvePoint[] }[] = [];
  for (const point of points) {
    let pool = { share: point.share, rows: point.rows, speeds: [point] };
    for (let last = pools.at(-1); last && last.share < pool.share; last = pools.at(-1)) {
      pools.pop();
      const rows = last.rows + pool.rows;
      const share = (last.share * last.rows + pool.share * pool.rows) / rows;
      pool = { share, rows, speeds: [...last.speeds, ...pool.speeds] };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ share, speeds }) => speeds.map((point) => ({ ...point, share })));
}

/**
 * The speed at which the fitted curve crosses the target, between two points on a scale of ratios.
 *
 * @param points ascending in speed
 * @returns `undefined` if they all lie on one side
 */
export function crossingOf(points: readonly CurvePoint[], target: number): number | undefined {
  const fit = decreasingFit(points);
  const above = fit.findIndex(({ share }) => share < target);
  if (above <= 0) return undefined;
  const [low, high] = [fit[above - 1]!, fit[above]!];
  const part = (low.share - target) / (low.share - high.share);
  return low.speed * (high.speed / low.speed) ** part;
}
