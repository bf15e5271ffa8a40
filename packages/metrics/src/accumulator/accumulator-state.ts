import * as z from 'zod';

import type { Accumulator } from './accumulator.ts';
import { SCHEMA_VERSION } from '../schemas/conditions.ts';
import type { LogCountsState } from '../count/log-counts.ts';
import { histogramStateSchema } from '../count/histogram.ts';
import { failureDetailSchema } from '../record/failure.ts';
import { formatObjectives } from '../record/objectives.ts';

const logCountsStateSchema: z.ZodType<LogCountsState> = z.object({
  log_buckets: z.array(z.number()),
  sum_ns: z.int().nonnegative(),
  max_ns: z.int().nonnegative(),
});

const part = z.union([
  histogramStateSchema,
  logCountsStateSchema,
  z.object({ range: z.object({ min: z.number(), max: z.number() }).nullable() }),
  z.object({ tally: z.record(z.string(), z.int()) }),
  z.object({ failure_details: z.array(failureDetailSchema) }),
]);

/** Parts that files of earlier versions do not have: then nothing of it is known. */
const LATER_PARTS = new Set(['finishReasons']);

/** accumulator.json: all that an accumulator counted, exactly, by the names of its parts. */
export const accumulatorStateSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  /** As `--goodput` takes them. */
  objectives: z.string(),
  parts: z.record(z.string(), part),
});

export type AccumulatorState = z.infer<typeof accumulatorStateSchema>;

export function accumulatorState(accumulator: Accumulator): AccumulatorState {
  const parts = accumulator.parts().map(([name, each]) => [name, each.toState()] as const);
  return {
    schema_version: SCHEMA_VERSION,
    objectives: formatObjectives(accumulator.objectives),
    parts: Object.fromEntries(parts) as AccumulatorState['parts'],
  };
}

/**
 * Adds to an accumulator all that another had counted when its state was taken.
 *
 * @throws {RangeError} if that judged by other objectives, or has other parts: another version
 */
export function addAccumulatorState(accumulator: Accumulator, state: AccumulatorState): void {
  const objectives = formatObjectives(accumulator.objectives);
  if (state.objectives !== objectives) {
    throw new RangeError(`Cannot add "${state.objectives}": expected "${objectives}"`);
  }
  const parts = accumulator.parts();
  const isThere = (name: string) => name in state.parts || !LATER_PARTS.has(name);
  const names = parts
    .map(([name]) => name)
    .filter(isThere)
    .sort();
  const theirs = Object.keys(state.parts).sort();
  if (names.join() !== theirs.join()) {
    throw new RangeError(`Cannot add parts "${theirs.join()}": expected "${names.join()}"`);
  }
  for (const [name, each] of parts) {
    const part = state.parts[name];
    if (part === undefined) continue;
    // Each kind of state begins with a key of its own.
    if (Object.keys(part)[0] !== Object.keys(each.toState())[0]) {
      throw new RangeError(`Cannot add part "${name}": it is of another kind`);
    }
    each.addState(part as never);
  }
}
