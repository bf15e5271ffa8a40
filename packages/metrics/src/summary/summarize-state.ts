import type { Accumulator } from '../accumulator/accumulator.ts';
import { rowsOf } from '../schemas/conditions.ts';
import { type RunState, zeroOf } from '../schemas/run-state.ts';
import type { ServerMetrics } from '../schemas/server-metrics.ts';
import type { Summary } from '../schemas/summary.ts';
import { summarize } from './summary.ts';

/**
 * The summary of the run that a run.json describes. A run that left no end is `partial`, and its
 * rows without a record count as not sent.
 *
 * @param accumulator of all records that the run left
 */
export function summarizeState(
  state: RunState,
  accumulator: Accumulator,
  { serverMetrics }: { readonly serverMetrics?: ServerMetrics | undefined } = {},
): Summary {
  const { status, run, conditions, bodies, readings, shards } = state;
  const totalRows = rowsOf(run, conditions);
  return summarize(accumulator, {
    status: status === 'running' ? 'partial' : status,
    run,
    conditions,
    totalRows,
    notSent: totalRows - accumulator.recordCount,
    bodies,
    readings,
    zeroUnixMs: zeroOf(state),
    serverMetrics,
    shards,
  });
}
