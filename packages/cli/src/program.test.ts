import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { replayOptionsSchema } from '@trace-replay/replayer';
import type { Command } from 'commander';
import { expect, test } from 'vitest';

import { Flag } from './flags/flags.ts';
import { createProgram } from './program.ts';

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));

/** Every command with its full name. */
function commandsBelow(command: Command, above = ''): [name: string, command: Command][] {
  const name = `${above} ${command.name()}`.trim();
  return [[name, command], ...command.commands.flatMap((each) => commandsBelow(each, name))];
}

let printed = '';
const stdout = { write: (text: string) => (printed += text) } as unknown as NodeJS.WritableStream;
const io = { stdout, stderr: stdout, onEnd: () => undefined };
const program = await createProgram(io);
const commands = commandsBelow(program);
const flags = commands.flatMap(([, { options }]) => options.filter((each) => each instanceof Flag));

/** The flags that a help lists, by their long names. */
async function helpOf(name: string, ...args: string[]): Promise<readonly string[]> {
  printed = '';
  const verbs = name.split(' ').slice(1);
  const fresh = await createProgram(io);
  await fresh.parseAsync([...verbs, ...args], { from: 'user' }).catch(() => undefined);
  return [...printed.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag ?? '');
}

test.each(commands)('every flag of %s is a key of a schema that describes it', (_name, command) => {
  for (const option of command.options) {
    if (['--help-all', '--version'].includes(option.long ?? '')) continue;
    expect(option).toBeInstanceOf(Flag);
    const { shape, key, description } = option as Flag;
    expect(description).not.toBe('');
    expect(description).toBe(shape[key]?.description);
    const standard: unknown = shape[key]?.safeParse(undefined).data;
    expect([undefined, standard]).toContain(option.defaultValue);
  }
});

test('no description is written twice, and no flag is made without a schema', () => {
  const names = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' });
  const sources = names
    .filter((name) => /^\w+\/src\/.*(?<!\.test)\.ts$/.test(name) && !name.includes('/test/'))
    .map((name) => ({ name, text: readFileSync(`${PACKAGES}${name}`, 'utf8') }));
  const all = sources.map(({ text }) => text).join('\n');
  const descriptions = new Set(flags.map(({ description }) => description));
  expect(descriptions.size).toBeGreaterThan(80);
  const repeated = [...descriptions].filter((each) => all.split(`(${quoted(each)})`).length > 2);
  expect(repeated).toEqual([]);
  const others = sources.filter(({ text }) => /\bnew Option\(|\.option\('-/.test(text));
  expect(others.map(({ name }) => name)).toEqual(['cli/src/flags/flags.ts']);
});

test('two keys share a description only if they are one schema', () => {
  const schemas = new Map<string, unknown>();
  for (const { shape, key, description } of flags) {
    expect(schemas.get(description) ?? shape[key]).toBe(shape[key]);
    schemas.set(description, shape[key]);
  }
});

test.each(commands)('%s --help lists at most 20 flags, --help-all every flag', async (name) => {
  const options = commands.find(([each]) => each === name)?.[1].options ?? [];
  // A flag that no help shows is an alias of earlier releases.
  const long = options.filter(({ hidden }) => !hidden).map((each) => each.long);
  const short = await helpOf(name, '--help');
  expect(short.length).toBeLessThanOrEqual(20);
  if (!long.includes('--help-all')) return;
  const all = new Set(await helpOf(name, '--help-all'));
  expect(long.filter((each) => !all.has(each ?? ''))).toEqual([]);
  expect(printed).not.toContain('--help-all lists');
});

test('every option of the library that is no secret has a flag', () => {
  const keys = flags.filter(({ shape }) => shape === replayOptionsSchema.shape);
  const missing = new Set(Object.keys(replayOptionsSchema.shape));
  for (const { key } of keys) missing.delete(key);
  expect([...missing]).toEqual(['apiKey', 'tls']);
});

function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}
