import type { z } from 'zod';

import { printable } from '../values/printable.ts';
import { recordSchema, type RequestRecord } from './record.ts';

/** One line of `records.jsonl`, without its newline. `parseRecord` takes it back unchanged. */
export function encodeRecord(record: RequestRecord): string {
  return JSON.stringify(record);
}

/**
 * Reads one line of `records.jsonl`. A field that is not in the schema is left out: a later version
 * may have added it.
 *
 * @throws {SyntaxError} quoting the field that cannot be read and saying what is expected there
 */
export function parseRecord(line: string): RequestRecord {
  const fail = (what: string) => new SyntaxError(`Cannot read record "${cut(line)}": ${what}`);
  const value = parseJson(line);
  if (value === undefined) throw fail('it is no JSON, expected one object');
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail(issue === undefined ? 'it is no record' : describeIssue(issue, value));
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** The issue in the words of our error messages: which field, what it is, what it should be. */
function describeIssue(issue: z.core.$ZodIssue, record: unknown): string {
  const field = issue.path.length === 0 ? 'it' : `"${issue.path.join('.')}"`;
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<PropertyKey, unknown>>)[key],
    record,
  );
  const is = found === undefined ? 'missing' : cut(JSON.stringify(found));
  return `${field} is ${is}, expected ${expectation(issue)}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `${issue.minimum} or more`;
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  return issue.message;
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  boolean: 'true or false',
  object: 'an object',
};

function cut(text: string): string {
  return printable(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
