import { ALL_ROWS_METRICS } from '../record/catalog.ts';
import type { ComparedLatency, ComparedRow } from './compared-run.ts';

/** One metric on both sides, a value a row; Infinity and NaN as in `ComparedRow`. */
export interface PairedValues {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Two runs over the same rows, in order of their due times: every row is there once. */
export interface PairedRows {
  readonly count: number;
  readonly dueNs: Float64Array;
  /** 1 for good, 0 for not. */
  readonly good: PairedValues;
  readonly latencyMs: Readonly<Record<ComparedLatency, PairedValues>>;
}

/**
 * Pairs the rows of two runs by their index in the trace. A side without a record of a row lost it,
 * and both lost the rest of `rowCount`.
 */
export function pairRows(
  first: readonly ComparedRow[],
  second: readonly ComparedRow[],
  rowCount: number,
): PairedRows {
  const secondByRow = new Map(second.map((row) => [row.row, row]));
  const pairs: Pair[] = first.map((row) => {
    const other = secondByRow.get(row.row);
    secondByRow.delete(row.row);
    return { dueNs: row.dueNs, first: row, second: other };
  });
  for (const row of secondByRow.values()) {
    pairs.push({ dueNs: row.dueNs, first: undefined, second: row });
  }
  pairs.sort((a, b) => a.dueNs - b.dueNs);
  const lastNs = pairs.at(-1)?.dueNs ?? 0;
  while (pairs.length < rowCount) {
    pairs.push({ dueNs: lastNs, first: undefined, second: undefined });
  }
  return columnsOf(pairs);
}

interface Pair {
  readonly dueNs: number;
  readonly first: ComparedRow | undefined;
  readonly second: ComparedRow | undefined;
}

function columnsOf(pairs: readonly Pair[]): PairedRows {
  const values = (of: (row: ComparedRow | undefined) => number): PairedValues => ({
    first: Float64Array.from(pairs, (pair) => of(pair.first)),
    second: Float64Array.from(pairs, (pair) => of(pair.second)),
  });
  const latencies = ALL_ROWS_METRICS.map(
    (metric) => [metric, values((row) => row?.latencyMs[metric] ?? Infinity)] as const,
  );
  return {
    count: pairs.length,
    dueNs: Float64Array.from(pairs, ({ dueNs }) => dueNs),
    good: values((row) => (row?.isGood ? 1 : 0)),
    latencyMs: Object.fromEntries(latencies) as Record<ComparedLatency, PairedValues>,
  };
}
