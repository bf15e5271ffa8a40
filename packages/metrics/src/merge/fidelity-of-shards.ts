import { missingShards, type ShardStates, worstShard } from './shards.ts';
import type { Fidelity, Reason } from '../schemas/fidelity.ts';
import { worstVerdict } from '../fidelity/judge-claims.ts';
import type { Readings } from '../schemas/readings.ts';
import { accountingReasons, type RunFacts } from '../fidelity/run-reasons.ts';

/**
 * How far a merged run can be believed: as far as its worst shard. What several processes measured
 * of themselves does not add up to an error of the merged figures, so these are not judged one by
 * one: `claims` is empty, and the shards' own summaries hold theirs.
 *
 * @param readings those of the worst shard
 * @returns nothing if no shard judged itself
 */
export function fidelityOfShards(
  facts: RunFacts,
  shards: ShardStates,
  readings: Readings | undefined,
): Fidelity | undefined {
  const worst = worstShard(shards.parts);
  if (worst === undefined || readings === undefined) return undefined;
  const ofShard = worst.reasons ?? [];
  const missing = missingShards(shards).length;
  const ofWhole: Reason[] = [
    ...(missing > 0
      ? [{ kind: 'shards_missing', verdict: 'degraded', missing, count: shards.count } as const]
      : []),
    ...accountingReasons(facts).filter(({ kind }) => !ofShard.some((each) => each.kind === kind)),
  ];
  const reasons = [...ofWhole, ...ofShard];
  const isInvalid = ({ verdict }: Reason) => verdict === 'invalid';
  return {
    verdict: worstVerdict([worst.verdict, ...reasons.map(({ verdict }) => verdict)]),
    claims: {},
    reasons: [...reasons.filter(isInvalid), ...reasons.filter((each) => !isInvalid(each))],
    inputs: readings,
  };
}
