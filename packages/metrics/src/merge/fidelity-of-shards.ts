import { missingShards, type ShardStates, worstShard } from './shards.ts';
import type { Fidelity } from '../schemas/fidelity.ts';
import { headlineVerdict, withDecision } from '../fidelity/headline.ts';
import { worstFirst, worstVerdict } from '../fidelity/judge-claims.ts';
import type { Readings } from '../schemas/readings.ts';
import { accountingReasons, type RunFacts, serverReasons } from '../fidelity/run-reasons.ts';

/**
 * A merged run is as good as its worst shard, whose readings these are. What several processes
 * measured does not add up to an error of the merged figures, so `claims` is empty.
 *
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
  const ofWhole = accountingReasons(facts).filter(
    ({ kind }) => !ofShard.some((each) => each.kind === kind),
  );
  if (missing > 0) {
    ofWhole.unshift({ kind: 'shards_missing', verdict: 'degraded', missing, count: shards.count });
  }
  const reasons = [...ofWhole, ...ofShard].map(withDecision);
  const ofServer = serverReasons(facts).map(withDecision);
  const lowered = [...reasons, ...ofServer];
  return {
    verdict: worstVerdict([worst.verdict, headlineVerdict({}, lowered)]),
    strict: worstVerdict([worst.verdict, ...lowered.map(({ verdict }) => verdict)]),
    claims: {},
    reasons: worstFirst(reasons),
    ...(ofServer.length > 0 && { server_reasons: ofServer }),
    inputs: readings,
  };
}
