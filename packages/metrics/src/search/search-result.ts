import type { SearchFile, SearchPlan, SearchProbe } from '../schemas/search.ts';
import { crossingOf, type CurvePoint } from './curve.ts';
import { type JudgedSpeed, judgeSpeed, MOST_PROBES_A_SPEED } from './judge-speed.ts';
import { nextStep, type SearchOutcome } from './next-probe.ts';

/** All probes at one speed. */
export interface SearchSpeed extends JudgedSpeed {
  readonly made: readonly SearchProbe[];
}

/** What the probes of a search say. */
export interface SearchResult {
  /** Absent while the search goes on. */
  readonly outcome?: SearchOutcome | undefined;
  /** Ascending; speeds at which the client was the limit are not among them. */
  readonly speeds: readonly SearchSpeed[];
  /** The highest speed that passes and the lowest that fails, by all their probes. */
  readonly bracket: { readonly low?: number | undefined; readonly high?: number | undefined };
  /** The same, by intervals that lie on one side alone: 95 % confidence for each end. */
  readonly certain: { readonly low?: number | undefined; readonly high?: number | undefined };
  /** Where the decreasing fit crosses the target. Absent without a speed on either side. */
  readonly crossing?: number | undefined;
  /**
   * The lowest speed at which the server ends 5 % fewer rows than are due. Absent if there is none,
   * or if the ramp is too short to tell.
   */
  readonly knee?: number | undefined;
  /** Half of the rows took this long at the lowest speed, s, and the ramp is shorter. */
  readonly rampBelowS?: number | undefined;
  /** The limit that most bad rows broke at the lowest speed that fails. */
  readonly brokenFirst?:
    { readonly limit: string; readonly rows: number; readonly of: number } | undefined;
  /** The longest recovery, s. */
  readonly recoveryS?: number | undefined;
  /** A speed that passes lies above one that fails. */
  readonly notMonotone?: { readonly from: number; readonly to: number } | undefined;
}

/** Served ÷ offered below this is a server that falls behind. */
const FALLS_BEHIND = 0.95;

/** Derives everything that is printed, drawn or compared from the probes of a search. */
export function searchResult({ plan, probes }: Pick<SearchFile, 'plan' | 'probes'>): SearchResult {
  const step = nextStep(plan, probes);
  const outcome = step.kind === 'end' ? step.outcome : undefined;
  const speeds = speedsOf(plan, probes);
  const passing = speeds.filter(({ side }) => side === 'pass');
  const failing = speeds.filter(({ side }) => side === 'fail');
  const lowestFail = failing[0]?.speed;
  const highestPass = passing.at(-1)?.speed;
  const isNotMonotone =
    lowestFail !== undefined && highestPass !== undefined && lowestFail < highestPass;
  const below = (high: number | undefined, all: readonly SearchSpeed[]) =>
    all.filter(({ speed }) => speed < (high ?? Infinity)).at(-1)?.speed;
  const ends = outcome?.kind === 'found' ? outcome : undefined;
  const high = ends?.high ?? lowestFail;
  const restS = (speeds[0]?.made[0]?.latency_p50_ms ?? 0) / 1000;
  const isRampShort = restS > plan.ramp_s;
  const certainFail = failing.find((each) => each.isResolved);
  return {
    outcome,
    speeds,
    bracket: { low: ends?.low ?? below(high, passing), high },
    certain: {
      low: below(
        certainFail?.speed,
        passing.filter((each) => each.isResolved),
      ),
      high: certainFail?.speed,
    },
    crossing: crossingOf(pointsOf(speeds), plan.share),
    knee: isRampShort ? undefined : speeds.find(({ made }) => fallsBehind(made))?.speed,
    rampBelowS: isRampShort ? restS : undefined,
    brokenFirst: firstBroken(failing[0]?.made ?? []),
    recoveryS: longest(probes.flatMap(({ recovery_s }) => recovery_s ?? [])),
    notMonotone: isNotMonotone ? { from: lowestFail, to: highestPass } : undefined,
  };
}

function speedsOf(plan: SearchPlan, probes: readonly SearchProbe[]): SearchSpeed[] {
  const counted = probes.filter((each) => each.purpose !== 'warm-up' && !each.client_limited);
  const speeds = [...new Set(counted.map(({ speed }) => speed))].sort((a, b) => a - b);
  return speeds.map((speed) => {
    const made = counted.filter((each) => each.speed === speed);
    const isBeingBracketed = made.every(({ purpose }) => purpose === 'bracket');
    return { ...judgeSpeed(made, plan.share, isBeingBracketed ? MOST_PROBES_A_SPEED : 1), made };
  });
}

/** The points of a curve. A probe that was stopped early saw no window: it is none of them. */
export function pointsOf(speeds: readonly SearchSpeed[]): CurvePoint[] {
  return speeds.flatMap(({ speed, share }) =>
    share === undefined ? [] : [{ speed, share: share.share, rows: share.rows }],
  );
}

function fallsBehind(made: readonly SearchProbe[]): boolean {
  const offered = made.reduce((sum, { offered_per_s }) => sum + offered_per_s, 0);
  const served = made.reduce((sum, { served_per_s }) => sum + served_per_s, 0);
  return served < FALLS_BEHIND * offered;
}

function firstBroken(made: readonly SearchProbe[]): SearchResult['brokenFirst'] {
  const counts = new Map<string, number>();
  for (const { broken } of made) {
    for (const [limit, rows] of Object.entries(broken)) {
      counts.set(limit, (counts.get(limit) ?? 0) + rows);
    }
  }
  const of = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first && { limit: first[0], rows: first[1], of };
}

function longest(seconds: readonly number[]): number | undefined {
  return seconds.length > 0 ? Math.max(...seconds) : undefined;
}
