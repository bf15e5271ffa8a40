import { worstVerdict } from './fidelity/judge-claims.ts';
import type { RunState } from './run-state.ts';
import type { Summary } from './summary-schema.ts';
import { withoutUnknown } from './without-unknown.ts';

/**
 * What the summary of a merged run says of its shards.
 *
 * @returns nothing for a run that was not merged
 */
export function shardsOf({ shards }: Pick<RunState, 'shards'>): Summary['shards'] {
  if (shards === undefined) return undefined;
  const { count, parts } = shards;
  const ended = new Set(parts.flatMap(({ status, index }) => (status === 'running' ? [] : index)));
  const missing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !ended.has(index),
  );
  const verdicts = parts.flatMap(({ verdict }) => verdict ?? []);
  return withoutUnknown({
    count,
    merged: ended.size,
    missing: missing.length === 0 ? undefined : missing,
    server_clock_spread_ms: spreadOf(parts.flatMap((each) => each.server_clock_least_ms ?? [])),
    verdict: verdicts.length === 0 ? undefined : worstVerdict(verdicts),
  });
}

function spreadOf(values: readonly number[]): number | undefined {
  return values.length < 2 ? undefined : Math.max(...values) - Math.min(...values);
}
