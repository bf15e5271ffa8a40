import type { Conditions } from '../schemas/conditions.ts';
import type { Summary } from '../schemas/summary.ts';
import { formatDecimal, formatShort } from '../values/units.ts';

/** `all 1,000 rows`, or `100 of 1,000 rows`. */
export function formatSelection({
  rows,
  selected_rows: selected,
}: Pick<Conditions['trace'], 'rows' | 'selected_rows'>): string {
  const all = formatDecimal(rows);
  return selected === rows ? `all ${all} rows` : `${formatDecimal(selected)} of ${all} rows`;
}

/** `9 ok + 1 failed + 0 aborted in flight + 0 not sent` */
export function formatOutcomes(rows: Omit<Summary['rows'], 'total' | 'length_mismatch'>): string {
  return [
    `${formatDecimal(rows.ok)} ok`,
    `${formatDecimal(rows.failed)} failed`,
    `${formatDecimal(rows.aborted_inflight)} aborted in flight`,
    `${formatDecimal(rows.not_sent)} not sent`,
  ].join(' + ');
}

/** `time_to_first_token ≤ 200 ms` */
export function formatLimit({
  metric,
  limit_ms: limitMs,
}: NonNullable<Summary['goodput']>['objectives'][number]): string {
  return `${metric} ≤ ${formatShort(limitMs, 6)} ms`;
}
