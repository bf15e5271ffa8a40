import { TOLERATED_SHARE } from '../fidelity/obstacles.ts';
import { objectivesForFile } from '../record/objectives.ts';
import type { Accumulator, OkSum } from '../accumulator/accumulator.ts';
import type { Conditions } from '../schemas/conditions.ts';
import type { NotMeasurable, ObstacleKind } from '../schemas/not-measurable.ts';

/**
 * Figures that count tokens and that these rows do not support: then nothing is judged by them.
 *
 * @returns `undefined` if all can be measured
 */
export function notMeasurableOf(
  { okSums, outcomes, objectives }: Accumulator,
  { output_length: outputLength }: Pick<Conditions, 'output_length'>,
): NotMeasurable | undefined {
  const ok = outcomes.get('ok');
  const fewer = (a: OkSum, b: OkSum) => Math.min(okSums.get(a), okSums.get(b));
  const counts: readonly (readonly [kind: ObstacleKind, rows: number])[] = [
    ['one_event', okSums.get('itl_one_event')],
    ['read_together', okSums.get('itl_read_together')],
    ['length_unknown', okSums.get('itl_length_unknown')],
    ['first_event_unknown', okSums.get('itl_first_event_unknown')],
    ['counted_differently', fewer('counted_by_usage', 'stood_in')],
    ['defined_differently', fewer('itl_by_first_token', 'itl_by_first_chunk')],
  ];
  const reasons = counts.flatMap(([kind, rows]) => (rows > 0 ? [{ kind, rows, ok }] : []));
  const unmeasured = counts.slice(0, 4).reduce((sum, [, rows]) => sum + rows, 0);
  const isMixed = counts.slice(4).some(([, rows]) => rows > TOLERATED_SHARE * ok);
  if (unmeasured <= TOLERATED_SHARE * ok && !isMixed) return undefined;
  const hasItlObjective = objectives.some(({ metric }) => metric === 'inter_token_latency');
  const hasLengths = objectives.length > 0 && outputLength === 'exact' && isMixed;
  if (!hasItlObjective && !hasLengths) return { figures: ['inter_token_latency'], reasons };
  return {
    figures: ['inter_token_latency', 'goodput'],
    reasons,
    objectives: objectivesForFile(objectives),
  };
}
