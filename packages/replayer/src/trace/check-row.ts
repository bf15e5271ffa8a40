import { mayHaveLostDigits, parseExactJson } from './exact-json.ts';
import type { Problem } from './file/problem.ts';
import {
  contentProblem,
  hashIdsProblem,
  lengthProblem,
  objectProblem,
  syntaxProblem,
  timestampProblem,
} from './row-problem.ts';
import { contentFieldOf } from './other-fields.ts';
import type { BlockId, TraceRow } from './row.ts';
import { type TimeUnit, toMs } from './time-unit.ts';

export type CheckedRow =
  | { readonly row: TraceRow; readonly problem?: undefined }
  | { readonly problem: Problem; readonly row?: undefined };

/**
 * Reads and checks one line of a trace. Numbers beyond 2^53 - 1 are bigints, among the hash ids and
 * in fields that are not ours.
 *
 * @param text one line, not blank
 * @param index of the row in the trace, from 0
 * @param blockSize prompt tokens that one hash id names
 * @param timeUnit of the field `timestamp`
 * @returns the row, or the first problem in it
 */
export function checkRow(
  text: string,
  index: number,
  blockSize: number,
  timeUnit: TimeUnit = 'ms',
): CheckedRow {
  const parsed = parseObject(text);
  if (parsed.problem) return parsed;
  const { value } = parsed;
  const first = fieldProblems(value, text, timeUnit).find((problem) => problem !== undefined);
  if (first) {
    const content = first.field === 'timestamp' ? undefined : contentFieldOf(value);
    return { problem: content === undefined ? first : contentProblem(content) };
  }

  // Rare enough that the line may be read a second time.
  const exact = mayHaveLostDigits(value) ? parseExactJson(text) : value;
  const { timestamp, input_length, output_length, hash_ids, ...otherFields } = exact as Fields;
  if (hash_ids !== undefined) {
    const problem = hashIdsProblem(hash_ids, input_length, blockSize);
    if (problem) return { problem };
  }
  return {
    row: {
      index,
      timestampMs: toMs(timestamp, timeUnit),
      inputLength: input_length,
      outputLength: output_length,
      ...(hash_ids !== undefined && { hashIds: hash_ids }),
      ...(Object.keys(otherFields).length > 0 && { otherFields }),
    },
  };
}

interface RowProblems {
  readonly problems: readonly Problem[];
  /** Absent where it is not good. */
  readonly timestampMs?: number;
  /** Fields that are not ours; absent where the line is no object. */
  readonly otherFields?: FieldValues;
}

/** Everything that is wrong with one line, in the order of `checkRow`, which stops at the first. */
export function everyProblem(
  text: string,
  blockSize: number,
  timeUnit: TimeUnit = 'ms',
): RowProblems {
  const parsed = parseObject(text);
  if (parsed.problem) return { problems: [parsed.problem] };
  const [timestamp, input, output] = fieldProblems(parsed.value, text, timeUnit);
  const { timestamp: time, hash_ids, ...others } = parseExactJson(text) as Partial<Fields>;
  const { input_length, output_length: _, ...otherFields } = others;
  const content = contentFieldOf(otherFields);
  const lengths = content === undefined ? [input, output] : [contentProblem(content)];
  // Without a good input length any count of ids will do.
  const inputLength = input ? (hash_ids?.length ?? 0) * blockSize : input_length;
  const ids =
    hash_ids === undefined ? undefined : hashIdsProblem(hash_ids, Number(inputLength), blockSize);
  return {
    problems: [timestamp, ...lengths, ids].filter((problem) => problem !== undefined),
    ...(timestamp === undefined && { timestampMs: toMs(time ?? 0, timeUnit) }),
    otherFields,
  };
}

type FieldValues = Readonly<Record<string, unknown>>;

function parseObject(
  text: string,
): { readonly value: FieldValues; readonly problem?: undefined } | { readonly problem: Problem } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: syntaxProblem(text) };
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { value: value as FieldValues } : { problem: objectProblem(value) };
}

function fieldProblems(value: FieldValues, text: string, timeUnit: TimeUnit) {
  return [
    timestampProblem(value, text, timeUnit),
    lengthProblem('input_length', value),
    lengthProblem('output_length', value),
  ] as const;
}

/** A row whose first three fields are known to be good. */
interface Fields {
  readonly timestamp: number | bigint;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids?: readonly BlockId[];
  readonly [field: string]: unknown;
}
