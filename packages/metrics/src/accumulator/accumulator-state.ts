import { z } from 'zod';

import type { Accumulator } from './accumulator.ts';
import { SCHEMA_VERSION } from '../schemas/conditions.ts';
import { FailureDetails, failureDetailStateSchema } from '../count/failure-details.ts';
import {
  addLogCountsState,
  isLogCounts,
  logCountsState,
  logCountsStateSchema,
} from '../count/log-counts.ts';
import { Histogram, histogramStateSchema } from '../count/histogram.ts';
import { formatObjectives } from '../record/objectives.ts';
import { Range } from '../count/range.ts';
import { Tally } from '../count/tally.ts';

const part = z.union([
  histogramStateSchema,
  logCountsStateSchema,
  z.object({ range: z.object({ min: z.number(), max: z.number() }).nullable() }),
  z.object({ tally: z.record(z.string(), z.int()) }),
  z.object({ failure_details: z.array(failureDetailStateSchema) }),
]);

type PartState = z.infer<typeof part>;

/** accumulator.json: all that an accumulator counted, exactly, by the names of its parts. */
export const accumulatorStateSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  /** As `--goodput` takes them. */
  objectives: z.string(),
  parts: z.record(z.string(), part),
});

export type AccumulatorState = z.infer<typeof accumulatorStateSchema>;

export function accumulatorState(accumulator: Accumulator): AccumulatorState {
  const parts: Record<string, PartState> = {};
  for (const [name, each] of partsOf(accumulator)) parts[name] = stateOf(name, each);
  return {
    schema_version: SCHEMA_VERSION,
    objectives: formatObjectives(accumulator.objectives),
    parts,
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
  const parts = partsOf(accumulator);
  const names = parts.map(([name]) => name).sort();
  const theirs = Object.keys(state.parts).sort();
  if (names.join() !== theirs.join()) {
    throw new RangeError(`Cannot add parts "${theirs.join()}": expected "${names.join()}"`);
  }
  for (const [name, each] of parts) addState(name, each, state.parts[name]);
}

/** Every field that counts, histograms as `histograms.<tag>`: also those that are added one day. */
function partsOf(accumulator: Accumulator): readonly [name: string, part: unknown][] {
  return Object.entries(accumulator).flatMap(([name, each]): [string, unknown][] => {
    if (name === 'objectives') return [];
    if (name !== 'histograms') return [[name, each]];
    return Object.entries(accumulator.histograms).map(([tag, one]) => [`${name}.${tag}`, one]);
  });
}

function stateOf(name: string, each: unknown): PartState {
  if (each instanceof Histogram) return each.toState();
  if (each instanceof Tally) return { tally: each.toState() };
  if (each instanceof FailureDetails) return { failure_details: each.toState() };
  if (isLogCounts(each)) return logCountsState(each);
  if (each instanceof Range) {
    const { min, max } = each;
    return { range: min === undefined || max === undefined ? null : { min, max } };
  }
  throw new RangeError(`Cannot write part "${name}" of an accumulator: nobody knows how`);
}

function addState(name: string, each: unknown, state: PartState | undefined): void {
  if (each instanceof Histogram && state && 'buckets' in state) each.addState(state);
  else if (each instanceof Tally && state && 'tally' in state) each.addState(state.tally);
  else if (each instanceof FailureDetails && state && 'failure_details' in state) {
    each.addState(state.failure_details);
  } else if (each instanceof Range && state && 'range' in state) {
    if (state.range !== null) each.merge(state.range);
  } else if (isLogCounts(each) && state && 'log_buckets' in state) {
    addLogCountsState(each, state);
  } else throw new RangeError(`Cannot add part "${name}": it is of another kind`);
}
