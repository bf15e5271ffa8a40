import { isFromSchedule } from '../record/catalog.ts';
import { type Latencies, scheduleLagNs } from '../record/latency.ts';
import type { Objective } from '../record/objectives.ts';
import { msToNs } from '../values/units.ts';

/**
 * The smallest error of our stamps, in whole ns, that would turn a row's verdict: exact. Stamps are
 * only late, so a latency from an instant of ours may truly be shorter, a span be either.
 *
 * @returns `undefined` if no error could
 */
export function flipMarginNs(
  latencies: Latencies,
  objectives: readonly Objective[],
): number | undefined {
  const { record } = latencies;
  if (record.outcome !== 'ok' || record.length_mismatch) return undefined;
  let toGoodNs: number | undefined;
  let toBadNs: number | undefined;
  for (const { metric, limitMs } of objectives) {
    const latency = latencies.of(metric);
    if (latency === undefined) continue;
    const excessNs = latency.totalNs - msToNs(limitMs) * latency.parts;
    if (excessNs > 0) {
      const ownLagNs = isFromSchedule(metric) ? (scheduleLagNs(record) ?? 0) : 0;
      toGoodNs = Math.max(toGoodNs ?? 0, excessNs - ownLagNs);
    } else if (metric === 'inter_token_latency') {
      toBadNs = Math.min(toBadNs ?? Infinity, -excessNs);
    }
  }
  return toGoodNs ?? toBadNs;
}
