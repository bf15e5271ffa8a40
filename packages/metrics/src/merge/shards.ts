import { headlineVerdict, withDecision } from '../fidelity/headline.ts';
import type { Reason, Verdict } from '../schemas/fidelity.ts';
import { worstVerdict } from '../fidelity/judge-claims.ts';
import type { RunState, ShardState } from '../schemas/run-state.ts';
import type { Summary } from '../schemas/summary.ts';

export type ShardStates = NonNullable<RunState['shards']>;

type JudgedShard = Omit<ShardState, 'verdict'> & { readonly verdict: Verdict };

export function summarizeShards({ count, parts }: ShardStates): NonNullable<Summary['shards']> {
  const missing = missingShards({ count, parts });
  const worst = worstShard(parts);
  return {
    count,
    merged: count - missing.length,
    missing: missing.length === 0 ? undefined : missing,
    server_clock_spread_ms: spreadOf(parts.flatMap((each) => each.server_clock_least_ms ?? [])),
    worst: worst && { index: worst.index, verdict: worst.verdict },
  };
}

/** Indices of the shards that have not ended or left nothing. */
export function missingShards({ count, parts }: ShardStates): number[] {
  const ended = new Set(parts.flatMap(({ status, index }) => (status === 'running' ? [] : index)));
  return Array.from({ length: count }, (_, index) => index).filter((index) => !ended.has(index));
}

/** The lowest shard of the worst verdict; none if none judged itself. */
export function worstShard(parts: readonly ShardState[]): JudgedShard | undefined {
  const judged = parts.flatMap(({ verdict, reasons, ...part }): JudgedShard[] =>
    verdict === undefined ? [] : [{ ...part, ...byHeadline(verdict, reasons) }],
  );
  const verdict = worstVerdict(judged.map((part) => part.verdict));
  return judged.find((part) => part.verdict === verdict);
}

/** A verdict by today's rule, also where it was made before reasons said whether they decide. */
function byHeadline(
  verdict: Verdict,
  reasons: readonly Reason[] | undefined,
): Pick<JudgedShard, 'verdict' | 'reasons'> {
  if (reasons === undefined || reasons.length === 0) return { verdict };
  const judged = reasons.map(withDecision);
  const isOld = reasons.every(({ decides }) => decides === undefined);
  return { verdict: isOld ? headlineVerdict({}, judged) : verdict, reasons: judged };
}

function spreadOf(values: readonly number[]): number | undefined {
  return values.length < 2 ? undefined : Math.max(...values) - Math.min(...values);
}
