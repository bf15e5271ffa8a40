import type { SearchProbe } from '../schemas/search.ts';
import { type ShareInterval, shareOf } from './share.ts';

/** What the probes at one speed say together. */
export interface JudgedSpeed {
  readonly speed: number;
  /** Open: another probe at this speed may tell. */
  readonly side: 'pass' | 'fail' | 'open';
  /** Whether the whole interval lies on that side; else the point does, after the last probe. */
  readonly isResolved: boolean;
  /** Absent if no row was counted. */
  readonly share: ShareInterval | undefined;
  readonly probes: number;
}

/** Probes at one speed before the side of the share itself is taken. */
export const MOST_PROBES_A_SPEED = 3;

/**
 * Judges the probes of one speed. A probe that was stopped early was stopped because it failed.
 *
 * @param probes of one speed, one or more, none of them limited by the client
 * @param target share of good rows
 */
export function judgeSpeed(
  probes: readonly SearchProbe[],
  target: number,
  mostProbes = MOST_PROBES_A_SPEED,
): JudgedSpeed {
  const { speed } = probes[0]!;
  const share = shareOf(
    probes.flatMap(({ blocks }) => blocks),
    probes.reduce((sum, { flippable = 0 }) => sum + flippable, 0),
  );
  const judged = { speed, share, probes: probes.length };
  if (probes.some(({ stopped }) => stopped !== undefined)) {
    return { ...judged, side: 'fail', isResolved: true };
  }
  if (share === undefined) return { ...judged, side: 'open', isResolved: false };
  if (share.low >= target) return { ...judged, side: 'pass', isResolved: true };
  if (share.high < target) return { ...judged, side: 'fail', isResolved: true };
  if (probes.length < mostProbes) return { ...judged, side: 'open', isResolved: false };
  return { ...judged, side: share.share >= target ? 'pass' : 'fail', isResolved: false };
}
