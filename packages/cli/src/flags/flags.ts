import { Option } from 'commander';
import type { z } from 'zod';

import { UsageError } from '../io/errors.ts';

/** Text of a flag → value. */
export type Parse = (text: string, before: unknown) => unknown;

/** The schema that gives a flag its description, its default and its limits. */
type Shape = Readonly<Record<string, z.ZodType>>;

/**
 * Makes the flag for one key of a schema, which stays the one home of description, default and
 * limits.
 *
 * @param flags as commander writes them: `--speedup <factor>`
 * @param parse reads the text; the schema checks what it gives
 */
export function flagFor<S extends Shape>(
  shape: S,
  key: keyof S & string,
  flags: string,
  parse: Parse = (text) => text,
): Option {
  const schema = shape[key] as z.ZodType;
  const option = new Option(flags, schema.description ?? '');
  const standard = schema.safeParse(undefined);
  if (standard.success && isShown(standard.data)) option.default(standard.data);
  const name = flags.split(/[ ,]/)[0] ?? flags;
  // commander tells a switch by the missing argument; only flags with one are parsed.
  if (/[<[]/.test(flags)) {
    option.argParser((text: string, before: unknown) => {
      const value = parse(text, before === standard.data ? undefined : before);
      const checked = schema.safeParse(value);
      if (checked.success) return value;
      const [issue] = checked.error.issues;
      throw new UsageError(`Cannot use ${name} "${text}": ${expectation(issue?.message ?? '')}`);
    });
  }
  return option;
}

/** A whole or decimal number in plain notation. */
export function number(text: string): number {
  // Number() reads '' as 0 and '0x32' as 50.
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** A number, or a word that stands for one, such as `auto`. */
export function numberOrWord(text: string): number | string {
  const value = number(text);
  return Number.isNaN(value) ? text : value;
}

/** Several values of one flag. */
export function repeated(text: string, before: unknown): string[] {
  return [...(Array.isArray(before) ? (before as string[]) : []), text];
}

/** `1000-4999` */
export function range(text: string): unknown {
  const found = /^(\d+)-(\d+)$/.exec(text);
  return found ? { from: Number(found[1]), to: Number(found[2]) } : text;
}

/** `0/4` */
export function shard(text: string): unknown {
  const found = /^(\d+)\/(\d+)$/.exec(text);
  return found ? { index: Number(found[1]), count: Number(found[2]) } : text;
}

/** A JSON object. */
export function jsonObject(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`Cannot read --body: ${(error as Error).message}, expected a JSON object`);
  }
}

/** `name: value`, several times, into one object. */
export function header(text: string, before: unknown): Record<string, string> {
  const colon = text.indexOf(':');
  if (colon <= 0) {
    throw new UsageError('Cannot use --header: it has no colon, expected "name: value"');
  }
  const headers = { ...(before as Record<string, string> | undefined) };
  headers[text.slice(0, colon).trim()] = text.slice(colon + 1).trim();
  return headers;
}

function isShown(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** zod's sentence as the end of ours. */
function expectation(message: string): string {
  const text = message.replace(/^(Invalid|Too (small|big)):? ?(input|option|number)?:? ?/, '');
  return text.startsWith('expected') ? text : `expected something else (${message})`;
}
