import type { RequestRecord } from '@trace-replay/metrics';

import type { PredictedHits } from './predicted-hits.ts';
import { renderTable } from './render-table.ts';

/** Whose word on cache hits is taken: that of `usage`, or that of the KV router. */
export type Witness = 'usage' | 'router';

/** Hit rates of one replay, in percent. */
export interface HitComparison {
  readonly title: string;
  readonly witness: Witness;
  /** Rows that the witness spoke of. */
  readonly rows: number;
  readonly predictedPercent: number;
  readonly observedPercent: number;
  readonly isWithin: boolean;
}

const WITHIN_POINTS = 1;

/**
 * Usage is compared as cached ÷ prompt tokens over all rows; the router as the mean of what it told
 * for each row, because it tells shares and no tokens. Only rows that are predicted count.
 */
export function compareHits(
  title: string,
  witness: Witness,
  records: readonly RequestRecord[],
  predicted: PredictedHits,
): HitComparison {
  const isUsage = witness === 'usage';
  const compared = records.filter(({ row }) => row >= predicted.firstRow);
  const { rows, rate } = isUsage ? hitsByUsage(compared) : hitsByRouter(compared);
  const predictedPercent = 100 * (isUsage ? predicted.tokenHitRate : predicted.meanHitRate);
  const observedPercent = 100 * rate;
  const isWithin = Math.abs(observedPercent - predictedPercent) <= WITHIN_POINTS;
  return { title, witness, rows, predictedPercent, observedPercent, isWithin };
}

function hitsByUsage(records: readonly RequestRecord[]) {
  const told = records.filter(({ cached_tokens: cached }) => cached !== undefined);
  const total = (field: 'cached_tokens' | 'prompt_tokens') =>
    told.reduce((sum, record) => sum + (record[field] ?? NaN), 0);
  return { rows: told.length, rate: total('cached_tokens') / total('prompt_tokens') };
}

function hitsByRouter(records: readonly RequestRecord[]) {
  const rates = records.flatMap(({ server_timing: timing }) => timing?.['kv_hit_rate'] ?? []);
  return { rows: rates.length, rate: rates.reduce((sum, rate) => sum + rate, 0) / rates.length };
}

/** The comparisons as lines of text. */
export function renderHitTable(comparisons: readonly HitComparison[]): string {
  return renderTable(
    ['cache hits, %', 'rows', 'predicted', 'observed', 'points', 'within 1 point'],
    comparisons.map(({ title, witness, rows, predictedPercent, observedPercent, isWithin }) => [
      `${title}, by ${witness}`,
      String(rows),
      predictedPercent.toFixed(2),
      observedPercent.toFixed(2),
      (observedPercent - predictedPercent).toFixed(2),
      isWithin ? 'yes' : 'NO',
    ]),
  );
}
