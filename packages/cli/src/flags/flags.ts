import { parseShard } from '@trace-replay/replayer/internal';
import { type Command, Help, Option } from 'commander';
import type { z } from 'zod';

import { UsageError } from '../io/errors.ts';

/** Text of a flag → value. */
export type Parse = (text: string, before: unknown) => unknown;

/** The options of one schema, by key. */
export type Shape = Readonly<Record<string, z.ZodType>>;

/** Values of flags, by commander's names. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** The flag of one key of a schema, which is the only home of its description and its default. */
export class Flag extends Option {
  readonly shape: Shape;
  readonly key: string;
  /** Reads the text of a flag that takes one. */
  readonly parse: Parse;

  constructor(shape: Shape, key: string, flags: string, parse: Parse = (text) => text) {
    const schema = shape[key] as z.ZodType;
    super(flags, schema.description ?? '');
    this.shape = shape;
    this.key = key;
    this.parse = parse;
    // commander tells a switch by the missing argument; only flags with one are parsed.
    if (this.required || this.optional) this.argParser(parse);
    const standard = schema.safeParse(undefined).data;
    if (standard !== null && typeof standard !== 'object') this.default(standard);
  }
}

/**
 * Makes the flag for one key of a schema, which also checks its value.
 *
 * @param flags as commander writes them: `--speedup <factor>`
 * @param parse reads the text; the schema checks what it gives
 */
export function flagFor<S extends Shape>(
  shape: S,
  key: keyof S & string,
  flags: string,
  parse?: Parse,
): Flag {
  const flag = new Flag(shape, key, flags, parse);
  if (flag.isBoolean() || flag.negate) return flag;
  return flag.argParser((text: string, before: unknown) => {
    const value = flag.parse(text, before === flag.defaultValue ? undefined : before);
    const checked = (shape[key] as z.ZodType).safeParse(value);
    if (checked.success) return value;
    const [issue] = checked.error.issues;
    // A body may hold a secret, and is long.
    const found = flag.key === 'body' ? '' : ` "${text}"`;
    throw new UsageError(`Cannot use ${flag.long}${found}: ${expectation(issue?.message ?? '')}`);
  });
}

/** Values of one schema's flags by its keys; what was not given is absent. */
export function valuesOf(
  shape: Shape,
  flags: readonly Flag[],
  values: FlagValues,
): Record<string, unknown> {
  return Object.fromEntries(
    flags
      .filter((flag) => flag.shape === shape)
      .map((flag) => [flag.key, values[flag.attributeName()]] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/**
 * Adds flags to a command, and `--help-all`, which shows all of them.
 *
 * @param essential flags that `--help` shows, by their long names; all of them unless given
 */
export function addFlags(
  command: Command,
  flags: readonly Flag[],
  essential?: ReadonlySet<string>,
): void {
  const helpAll = new Option('--help-all', 'display help with every flag');
  for (const option of [...flags, helpAll]) command.addOption(option);
  const others = flags.filter(({ long }) => essential?.has(long ?? '') === false);
  let left: readonly Option[] = [...others, helpAll];
  command
    .on('option:help-all', () => {
      left = [];
      command.help();
    })
    .configureHelp({
      ...command.configureHelp(),
      visibleOptions: (of) => new Help().visibleOptions(of).filter((each) => !left.includes(each)),
    })
    .addHelpText('after', () => (left.length > 1 ? '\n--help-all lists every flag.' : ''));
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
  try {
    return parseShard(text);
  } catch {
    return text;
  }
}

/** JSON, `what` of it for the message. */
export function json(flag: string, what = 'JSON'): Parse {
  return (text) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      // The library's message quotes the text, which may hold a secret.
      const [, place = ''] = /( at position \d+)/.exec((error as Error).message) ?? [];
      throw new UsageError(`Cannot read ${flag}: it is no JSON${place}, expected ${what}`, {
        cause: error,
      });
    }
  };
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

/** zod's sentence as the end of ours. */
function expectation(message: string): string {
  const text = message.replace(/^(Invalid|Too (small|big)):? ?(input|option|number)?:? ?/, '');
  return text.startsWith('expected') ? text : `expected something else (${message})`;
}
