import type { ComparedRow } from './compared-run.ts';
import { quantileOf, rankValues, weightOf } from './statistics/ranked-values.ts';

/** Fewest rows of which a growth is told. */
const FEWEST_ROWS = 80;
/** Growth in a quarter: at least so many rows, and this part of the rows due in it. */
const FEWEST_MORE = 5;
const LEAST_SHARE = 0.05;
/** Rows of like prompts that a quarter needs for a median. */
const FEWEST_ALIKE = 10;

/**
 * Rows that were due and had no first token yet, at the end of each quarter of the schedule.
 *
 * @returns `undefined` of fewer than 80 rows, or rows that are due all at once
 */
export function waitingAtQuarters(rows: readonly ComparedRow[]): number[] | undefined {
  const quarters = quartersOf(rows);
  return quarters?.ends.map((endNs) => {
    return rows.filter((row) => row.dueNs <= endNs && (row.waitedToNs ?? -Infinity) > endNs).length;
  });
}

/**
 * Whether a run was offered more than it served from its beginning to its end: more rows wait after
 * each quarter than after the one before, and rows with prompts of like length wait more than twice
 * as long in the last quarter as in the first. A trace whose prompts become longer, or one slow
 * moment, is none.
 */
export function hasGrownAllAlong(rows: readonly ComparedRow[]): boolean {
  const quarters = quartersOf(rows);
  const waiting = waitingAtQuarters(rows);
  if (quarters === undefined || waiting === undefined) return false;
  const grows = waiting.every((count, quarter) => {
    const due = quarters.parts[quarter]!.length;
    const least = Math.max(FEWEST_MORE, LEAST_SHARE * due);
    return count - (waiting[quarter - 1] ?? 0) >= least;
  });
  if (!grows) return false;
  const lengths = rows.map(({ inputTokens }) => inputTokens).sort((a, b) => a - b);
  const [low, high] = [
    lengths[Math.floor(rows.length / 4)]!,
    lengths[Math.floor((3 * rows.length) / 4)]!,
  ];
  const [first, last] = [quarters.parts[0]!, quarters.parts[3]!].map((part) =>
    part.filter(({ inputTokens }) => inputTokens >= low && inputTokens <= high),
  );
  if (Math.min(first!.length, last!.length) < FEWEST_ALIKE) return false;
  return medianTtftMs(last!) > 2 * medianTtftMs(first!);
}

function quartersOf(rows: readonly ComparedRow[]) {
  if (rows.length < FEWEST_ROWS) return undefined;
  const dues = rows.map(({ dueNs }) => dueNs).sort((a, b) => a - b);
  const [firstNs, lastNs] = [dues[0]!, dues.at(-1)!];
  if (lastNs === firstNs) return undefined;
  const ends = [1, 2, 3, 4].map((quarter) => firstNs + ((lastNs - firstNs) * quarter) / 4);
  const parts = ends.map((endNs, quarter) =>
    rows.filter(({ dueNs }) => dueNs <= endNs && dueNs > (ends[quarter - 1] ?? -Infinity)),
  );
  return { ends, parts };
}

/** Of some rows; infinite where half of them were lost. */
export function medianTtftMs(rows: readonly ComparedRow[]): number {
  const ranked = rankValues(
    Float64Array.from(rows, ({ latencyMs }) => latencyMs.time_to_first_token),
  );
  const weights = new Uint16Array(rows.length).fill(1);
  return quantileOf(ranked, weights, weightOf(ranked, weights), 500) ?? NaN;
}
