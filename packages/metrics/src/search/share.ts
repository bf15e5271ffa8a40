import { studentQuantile } from '../compare/statistics/student.ts';
import type { SearchBlock } from '../schemas/search.ts';

/** A share of good rows, and where the true one lies with 95 % confidence. */
export interface ShareInterval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Independent rows that would say as much: rows due at the same time share their fate. */
  readonly independentRows: number;
}

const TAIL = 0.025;
const NORMAL_QUANTILE = 1.959964;

/**
 * Wilson's interval over as many independent rows as the blocks are worth. Their worth is the
 * variance of the share over independent rows ÷ that of the ratio estimator over blocks; the
 * quantile is Student's, with blocks − 1 degrees of freedom, where the blocks are worth less.
 * Sources: Wilson 1927; Kish 1965 (design effect); Cochran 1977, section 6.3 (ratio estimator).
 *
 * @param flippable good rows that may be bad ones: they widen the interval downwards
 * @returns `undefined` if there is no row
 */
export function shareOf(blocks: readonly SearchBlock[], flippable = 0): ShareInterval | undefined {
  const filled = blocks.filter(({ rows }) => rows > 0);
  const rows = filled.reduce((sum, block) => sum + block.rows, 0);
  if (rows === 0) return undefined;
  const good = filled.reduce((sum, block) => sum + block.good, 0);
  const share = good / rows;
  const worth = designEffect(filled, rows, share);
  const independentRows = rows / worth;
  const quantile = worth > 1 ? studentQuantile(TAIL, filled.length - 1) : NORMAL_QUANTILE;
  const { high } = wilson(share, independentRows, quantile);
  const { low } = wilson(Math.max(0, good - flippable) / rows, independentRows, quantile);
  return { share, low, high, rows, independentRows };
}

/** How many rows say as much as one independent row; at least 1. */
function designEffect(blocks: readonly SearchBlock[], rows: number, share: number): number {
  const independent = (share * (1 - share)) / rows;
  if (independent === 0 || blocks.length < 2) return 1;
  const squares = blocks.reduce((sum, block) => sum + (block.good - share * block.rows) ** 2, 0);
  const variance = ((blocks.length / (blocks.length - 1)) * squares) / rows ** 2;
  return Math.max(1, variance / independent);
}

function wilson(share: number, rows: number, quantile: number) {
  const square = quantile ** 2;
  const centre = (share + square / (2 * rows)) / (1 + square / rows);
  const half =
    (quantile / (1 + square / rows)) *
    Math.sqrt((share * (1 - share)) / rows + square / (4 * rows ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
