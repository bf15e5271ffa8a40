import { type Conditions, SCHEMA_VERSION } from '../schemas/conditions.ts';
import type { RunState, ShardState } from '../schemas/run-state.ts';
import { missingShards, worstShard } from './shards.ts';
import { type RunStatus, type Summary } from '../schemas/summary.ts';
import { withoutUnknown } from '../values/without-unknown.ts';

export interface ShardRun {
  /** Where it lies, for messages. */
  readonly place: string;
  readonly state: RunState;
  /** Absent if it has not ended. */
  readonly summary?: Summary | undefined;
}

/**
 * run.json of the run that some shards are parts of, still without the counts of its rows.
 *
 * @throws {RangeError} naming the first that is there twice or is no part of the same run
 */
export function mergeRunStates(runs: readonly ShardRun[]): RunState {
  const sorted = runs.toSorted((a, b) => shardOf(a).index - shardOf(b).index);
  const [first] = sorted;
  if (first === undefined) throw new RangeError('Cannot merge nothing: expected shards');
  for (const [place, run] of sorted.entries()) checkPart(run, first, sorted[place - 1]);
  const parts = sorted.map(partOf);
  const shards = { count: shardOf(first).count, parts };
  const worst = worstShard(parts);
  const { id, name, started_at: startedAt } = first.state.run;
  const isWhole = missingShards(shards).length === 0;
  const ends = sorted.flatMap(({ state }) => state.run.ended_at ?? []).sort();
  return withoutUnknown({
    schema_version: SCHEMA_VERSION,
    status: isWhole ? worstStatus(sorted) : 'partial',
    run: { id, name, started_at: startedAt, ended_at: ends.at(-1) },
    conditions: first.state.conditions,
    objectives: first.state.objectives,
    zero: sorted.find(({ state }) => state.zero)?.state.zero,
    bodies: isWhole ? addBodies(sorted) : undefined,
    readings: sorted.find((run) => shardOf(run).index === worst?.index)?.state.readings,
    shards,
  });
}

function shardOf({ state, place }: ShardRun): NonNullable<RunState['run']['shard']> {
  if (state.run.shard !== undefined) return state.run.shard;
  throw new RangeError(`Cannot merge "${place}": it is a whole run, expected a shard of one`);
}

function checkPart(run: ShardRun, first: ShardRun, before: ShardRun | undefined): void {
  const { place, state } = run;
  const { index, count } = shardOf(run);
  if (before !== undefined && shardOf(before).index === index) {
    const name = `shard ${index} of ${count}`;
    throw new RangeError(
      `Cannot merge "${place}": it is ${name}, and so is "${before.place}", expected each once`,
    );
  }
  const differing = [
    ...(state.run.id === first.state.run.id ? [] : ['run.id']),
    ...(count === shardOf(first).count ? [] : ['run.shard.count']),
    ...differencesBetweenShards(first.state.conditions, state.conditions),
    ...differences('objectives', state.objectives, first.state.objectives),
    ...(sameZero(state, first.state) ? [] : ['zero']),
  ];
  if (differing.length > 0) {
    throw new RangeError(
      `Cannot merge "${place}": it has another ${differing.join(', ')} than "${first.place}", ` +
        'expected shards of one run',
    );
  }
}

/** A shard that was stopped before the schedule began has none. */
function sameZero({ zero: a }: RunState, { zero: b }: RunState): boolean {
  return a === undefined || b === undefined || a.unix_ms === b.unix_ms;
}

function partOf(run: ShardRun): ShardState {
  const { state, summary } = run;
  const { fidelity } = summary ?? {};
  const reasons = fidelity?.reasons ?? [];
  return {
    index: shardOf(run).index,
    rows: shardOf(run).rows,
    status: state.status,
    exit_code: state.exit_code,
    hostname: state.conditions.host.hostname,
    zero: state.zero,
    server_clock_least_ms: summary?.server_clock?.least_ms,
    verdict: fidelity?.verdict,
    reasons: reasons.length > 0 ? reasons : undefined,
  };
}

const WORST_FIRST: readonly RunStatus[] = ['partial', 'failed', 'stopped'];

function worstStatus(runs: readonly ShardRun[]): RunStatus {
  return (
    WORST_FIRST.find((status) => runs.some(({ state }) => state.status === status)) ?? 'completed'
  );
}

/** The digest is a sum modulo 2^256 of one of each body, so those of the shards add up. */
function addBodies(runs: readonly ShardRun[]): RunState['bodies'] {
  const all = runs.flatMap(({ state }) => state.bodies ?? []);
  if (all.length < runs.length) return undefined;
  const sum = all.reduce((total, { digest }) => total + BigInt(`0x${digest}`), 0n);
  return {
    count: all.reduce((total, { count }) => total + count, 0),
    bytes: all.reduce((total, { bytes }) => total + bytes, 0),
    digest: BigInt.asUintN(256, sum).toString(16).padStart(64, '0'),
  };
}

/** What shards of one run may differ in: where they ran. */
const OWN_TO_A_SHARD = new Set(['host']);

/** Paths of the conditions in which two shards differ, such as `trace.sha256`; none for one run. */
export function differencesBetweenShards(a: Conditions, b: Conditions): readonly string[] {
  return Object.keys({ ...a, ...b })
    .filter((key) => !OWN_TO_A_SHARD.has(key))
    .flatMap((key) => differences(key, a[key as keyof Conditions], b[key as keyof Conditions]));
}

function differences(path: string, a: unknown, b: unknown): readonly string[] {
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys({ ...a, ...b });
    return keys.flatMap((key) => differences(`${path}.${key}`, a[key], b[key]));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
