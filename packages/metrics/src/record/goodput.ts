import { FROM_SCHEDULE } from './catalog.ts';
import { isWithin, Latencies } from './latency.ts';
import type { Objective } from './objectives.ts';
import type { RequestRecord } from './record.ts';
import { msToNs } from '../values/units.ts';

/** Whether one request is good, by our rule, by the schedule and by aiperf's rule. */
export interface Judgement {
  /** Ok, of the length asked for, and within every limit. */
  readonly isGood: boolean;
  /** Good, and within every limit when latencies count from the due time. */
  readonly isGoodFromSchedule: boolean;
  /** Ok, and every objective's metric exists and is within its limit; lengths do not matter. */
  readonly isGoodAsAiperf: boolean;
}

const BAD: Judgement = { isGood: false, isGoodFromSchedule: false, isGoodAsAiperf: false };

/**
 * Judges one request by exact values: integer differences of nanoseconds, no histogram.
 * An answer of one token has no gap, so it meets any objective on `inter_token_latency`; aiperf
 * never calls such an answer good. One whose gaps cannot be measured is good in no sense.
 */
export function judge(
  record: RequestRecord,
  objectives: readonly Objective[],
  latencies = new Latencies(record),
): Judgement {
  if (record.outcome !== 'ok') return BAD;
  const hasAll = objectives.every(({ metric }) => latencies.of(metric) !== undefined);
  const isWithinAll =
    !lacksItl(latencies, objectives) &&
    objectives.every((objective) => keeps(latencies, objective));
  const isGood = isWithinAll && record.length_mismatch === undefined;
  return {
    isGood,
    isGoodFromSchedule:
      isGood &&
      objectives.every(({ metric, limitMs }) =>
        keeps(latencies, { metric: FROM_SCHEDULE[metric], limitMs }),
      ),
    isGoodAsAiperf: isWithinAll && hasAll,
  };
}

/** An objective is about a gap that there is, and that nobody could measure. */
function lacksItl(latencies: Latencies, objectives: readonly Objective[]): boolean {
  const hasItl = objectives.some(({ metric }) => metric === 'inter_token_latency');
  return hasItl && latencies.itl?.obstacle !== undefined;
}

/** Whether a latency is within its limit; one that does not exist is beyond none. */
export function keeps(latencies: Latencies, { metric, limitMs }: Objective): boolean {
  const latency = latencies.of(metric);
  return latency === undefined || isWithin(latency, msToNs(limitMs));
}
