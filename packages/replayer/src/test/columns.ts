import { ColumnsBuilder, type TraceColumns } from '../trace-tools/analyze/columns.ts';
import type { BlockId, TraceRow } from '../trace/row.ts';

export function columnsOf(rows: readonly TraceRow[]): TraceColumns {
  const builder = new ColumnsBuilder();
  for (const row of rows) builder.add(row);
  return builder.build();
}

/** Rows of whole blocks, one millisecond apart. */
export function rowsOfIds(ids: readonly (readonly BlockId[])[], blockSize: number): TraceRow[] {
  return ids.map((hashIds, index) => ({
    index,
    timestampMs: index,
    inputLength: hashIds.length * blockSize,
    outputLength: 1,
    hashIds,
  }));
}
