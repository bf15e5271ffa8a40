import { printable } from '../errors/printable.ts';
import type { Problem } from './file/problem.ts';
import { MAX_BLOCK_ID } from './row.ts';
import { largeUnit, passUnit, type TimeUnit, toMs } from './time-unit.ts';

/** A prompt of more tokens is half a gigabyte of text: a wrong unit or field, not a length. */
const MAX_TOKENS = 100_000_000;

const ONE_OBJECT = 'Write each row as one JSON object on a line of its own (JSON Lines).';
const NEEDED =
  'Every row needs "timestamp" in milliseconds, "input_length" and "output_length" in tokens.';

/** The reason why a line is not JSON. */
export function syntaxProblem(text: string): Problem {
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return {
      what: 'it is a Git LFS pointer, expected the trace itself',
      next: 'Run "git lfs pull" in the repository it comes from.',
    };
  }
  // Python writes these words, which JSON does not know.
  const [, field, word] = /"(\w+)"\s*:\s*(-?(?:NaN|Infinity))\s*[,}]/.exec(text) ?? [];
  if (field !== undefined) {
    return { field, what: `is ${word}, expected a number of JSON`, next: NEEDED };
  }
  return {
    what: `it is not valid JSON (${quoted(text)}), expected one object`,
    next: ONE_OBJECT,
  };
}

export function objectProblem(value: unknown): Problem {
  return { what: `it ${shown(value)}, expected an object`, next: ONE_OBJECT };
}

type FieldValues = Readonly<Record<string, unknown>>;

/**
 * @param fields of the row
 * @param text the line, to show a number too large for a double
 */
export function timestampProblem(
  fields: FieldValues,
  text: string,
  timeUnit: TimeUnit,
): Problem | undefined {
  const value = fields['timestamp'];
  const isNumber = typeof value === 'number' && value >= 0;
  if (isNumber && toMs(value, timeUnit) <= Number.MAX_SAFE_INTEGER) return undefined;
  const raw = /"timestamp"\s*:\s*([^,}\s]+)/.exec(text)?.[1];
  const found = isNumber ? `is ${raw ?? value}` : shown(value);
  const isAnotherUnit = isNumber && timeUnit === 'ms' && value !== Infinity;
  return {
    field: 'timestamp',
    what: `${found}, expected milliseconds from 0 to ${Number.MAX_SAFE_INTEGER}`,
    next: isAnotherUnit ? `${passUnit(largeUnit(value))}.` : needed('timestamp', fields),
  };
}

export function lengthProblem(
  field: 'input_length' | 'output_length',
  fields: FieldValues,
): Problem | undefined {
  const value = fields[field];
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_TOKENS) {
    return undefined;
  }
  return {
    field,
    what: `${shown(value)}, expected an integer from 1 to ${MAX_TOKENS}`,
    next: needed(field, fields),
  };
}

/** Names of our fields in other formats. Sources: Azure, BurstGPT, Dynamo, LiteLLM, Vidur. */
const OTHER_NAMES: Readonly<Record<string, RegExp>> = {
  timestamp: /^(timestamp|arrived_at|arrival_time|created_time|start_?time|time|t|ts)$/i,
  input_length:
    /^(input_tokens|prompt_tokens|context_?tokens|request[ _]tokens|num_prefill_tokens|isl|in)$/i,
  output_length:
    /^(output_tokens|completion_tokens|generated_?tokens|response[ _]tokens|num_decode_tokens|osl|out)$/i,
};

/** The advice for a field that is missing or wrong; it names what stands in its place. */
function needed(field: string, fields: FieldValues): string {
  const { [field]: own } = fields;
  const other = Object.keys(fields).find(
    (name) => name !== field && OTHER_NAMES[field]?.test(name) === true,
  );
  if (own !== undefined || other === undefined) return NEEDED;
  return `${NEEDED} This row has "${printable(other, 40)}": write it as "${field}".`;
}

/** @param field that says what to send */
export function contentProblem(field: string): Problem {
  return {
    field,
    what: 'is the content of a request, expected lengths and hash ids alone',
    next:
      'A replay makes its prompts from "input_length" and "hash_ids" and cannot send this content. ' +
      `Leave "${field}" out to replay the lengths.`,
  };
}

/** @param ids integers beyond 2^53 as bigints */
export function hashIdsProblem(
  ids: unknown,
  inputLength: number,
  blockSize: number,
): Problem | undefined {
  const field = 'hash_ids';
  if (!Array.isArray(ids)) {
    return {
      field,
      what: `${shown(ids)}, expected an array`,
      next: 'Leave the field out when nothing is known about shared blocks.',
    };
  }
  const wrong = ids.findIndex((id) => !isBlockId(id));
  if (wrong !== -1) {
    return {
      field,
      what: `at index ${wrong} ${shown(ids[wrong])}, expected an integer from 0 to ${MAX_BLOCK_ID}`,
      next: 'Give every block an id of at most 64 bits.',
    };
  }
  const blocks = Math.ceil(inputLength / blockSize);
  if (ids.length === blocks) return undefined;
  return {
    field,
    what:
      `has ${counted(ids.length, 'id')} for ${counted(inputLength, 'token')}, ` +
      `expected ${blocks} (blocks of ${blockSize} tokens, the last one may be partial)`,
    next: 'Pass --block-size if the blocks of this trace have another size.',
    isBlockCount: true,
  };
}

function isBlockId(value: unknown): boolean {
  if (typeof value === 'bigint') return value >= 0n && value <= MAX_BLOCK_ID;
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function orderProblem(timestampMs: number, previousMs: number): Problem {
  return {
    field: 'timestamp',
    what: `is ${timestampMs} after ${previousMs}, expected times that do not go back`,
    next: 'Sort the rows by "timestamp".',
  };
}

export const BLANK_LINE: Problem = {
  what: 'it is blank, expected a row',
  next: 'Remove the line; blank lines are fine at the end only.',
};

export const NO_ROWS: Problem = {
  what: 'it has no rows, expected at least one',
  next: 'Look whether it was written completely.',
};

export const MODEL_PROBLEM: Problem = {
  field: 'model',
  what: 'is no text, expected the name of a model',
  next: 'Leave --model-per-row out to ask for one model.',
};

/** A value of a JSON text as a verb phrase. */
function shown(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (Array.isArray(value)) return 'is an array';
  if (typeof value === 'string') return `is the string ${quoted(value)}`;
  if (typeof value === 'object' && value !== null) return 'is an object';
  return `is ${value as number | bigint | boolean | null}`;
}

function quoted(text: string): string {
  return `"${printable(text, 40)}"`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
