import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { type Argument, type Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';

import { type CommandEntry, commandOf } from './command-line.ts';
import { createProgram } from './program.ts';

const FILE = fileURLToPath(new URL('../command-table.json', import.meta.url));

/** Commands, and the texts that they write to standard output and error. */
async function listen() {
  const texts = { stdout: '', stderr: '' };
  const into = (name: keyof typeof texts) =>
    new Writable({
      write(text, _encoding, done) {
        texts[name] += String(text);
        done();
      },
    });
  const io = { stdout: into('stdout'), stderr: into('stderr'), onEnd: () => undefined };
  return { texts, io, program: await createProgram(io) };
}

async function linesOf(name: string, flag: string): Promise<readonly string[]> {
  const { program, texts } = await listen();
  const argv = [...name.split(' ').filter(Boolean), flag];
  await program.parseAsync(argv, { from: 'user' }).catch(() => undefined);
  return texts.stdout.split('\n');
}

function wordOf(argument: Argument): string {
  const word = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${word}>` : `[${word}]`;
}

async function entriesBelow(command: Command, name = ''): Promise<readonly CommandEntry[]> {
  const shown = command.createHelp().visibleOptions(command);
  const flags = command.options
    .filter(({ long }) => long !== '--version')
    .map((option) => ({
      flags: option.flags,
      isHidden: !shown.includes(option),
      choices: option.argChoices ?? [],
    }));
  const help = await linesOf(name, '--help');
  const hasMore = flags.some((option) => option.flags === '--help-all');
  const helpAll = hasMore ? await linesOf(name, '--help-all') : help;
  const words = command.registeredArguments.map(wordOf);
  const own: CommandEntry = { name, arguments: words, flags, help, helpAll };
  const below = [];
  for (const each of command.commands) {
    below.push(...(await entriesBelow(each, `${name} ${each.name()}`.trim())));
  }
  return [own, ...below];
}

test('the table of commands is that of their schemas; `npx vitest run command-table -u` makes it', async () => {
  const { program } = await listen();
  const table = JSON.stringify(await entriesBelow(program), null, 1);
  await expect(`${table}\n`).toMatchFileSnapshot(FILE);
});

const mistaken: [commandLine: string, message: string][] = [
  ['--nope', "Cannot run: unknown option '--nope'"],
  ['--modle x', '(Did you mean --model?)'],
  ['--start-bariere x', "unknown option '--start-bariere'"],
  ['--trace', "Cannot run: option '--trace <file>' argument missing"],
  ['report', "Cannot run: missing required argument 'directory'"],
  ['report --jsn x', '(Did you mean --json?)'],
  ['compare', "Cannot run: missing required argument 'directories'"],
  ['trace', 'Usage: replay trace'],
  ['trace analyse x', '(Did you mean analyze?)'],
  ['trace validate x --fix', "option '--fix <file>' argument missing"],
  ['mock --mode fast', 'Allowed choices are'],
  ['demo --prefix-cache', "option '--prefix-cache <on|off>' argument missing"],
  ['--help', 'Usage: replay --trace'],
  ['trace synthesize --help-all', 'Usage: replay trace synthesize'],
  ['--version', '0.1.0'],
];

test.each(mistaken)(
  'commandOf() says of "%s" what its command would say',
  async (line, message) => {
    const argv = line.split(' ');
    const said = await listen();
    const real = await said.program
      .parseAsync(argv, { from: 'user' })
      .catch((error: unknown) => error);
    const { texts, io } = await listen();
    const call = () => commandOf(argv, io);
    expect(call).toThrow(CommanderError);
    expect(real).toBeInstanceOf(CommanderError);
    expect(call).toThrow(real);
    expect(texts.stdout + texts.stderr).toContain(message);
    const twice = Object.values(said.texts).map((text) => text + text);
    expect(Object.values(texts)).toEqual(twice);
  },
);

const incomplete: [commandLine: string, message: string][] = [
  ['reprot x', 'Cannot run "reprot": there is no such command, expected flags or one of report, '],
  ['--url http://a', 'Cannot replay: --trace is missing, expected for example --trace'],
  ['--trace a', 'Cannot replay: --url is missing, expected for example --url http'],
  ['ab --trace a', 'Cannot compare: --a is missing, expected for example --a http'],
  ['ab --a http://a --b http://b', 'Cannot replay: --trace is missing'],
  ['--trace a report b', 'Cannot run "report": --trace stands before it, expected flags after'],
];

test.each(incomplete)('commandOf() does not accept "%s"', async (line, message) => {
  const { io } = await listen();
  expect(() => commandOf(line.split(' '), io)).toThrow(message);
});

const complete: [commandLine: string, name: string][] = [
  ['--trace a --url b', ''],
  ['--config a', ''],
  ['--trace a --url b --speedup report', ''],
  ['report --json a', 'report'],
  ['trace analyze --workers nonsense a', 'trace'],
  ['compare a b c', 'compare'],
];

test.each(complete)('commandOf() finds the command of "%s"', async (line, name) => {
  const { io } = await listen();
  expect(commandOf(line.split(' '), io)).toBe(name);
});

const elsewhere: [set: Record<string, string>, commandLine: string, missing: string | undefined][] =
  [
    [{ REPLAY_TRACE: 'a', REPLAY_URL: 'http://b' }, '', undefined],
    [{ REPLAY_TRACE: 'a' }, '', '--url'],
    [{ REPLAY_SPEEDUP: '2', REPLAY_URL: 'http://b' }, '', '--trace'],
    [{ REPLAY_CONFIG: 'a.yaml' }, '', undefined],
    // The command says that it is not used.
    [{ REPLAY_TRCE: 'a' }, '--url http://b', undefined],
    [{ REPLAY_A: 'http://a' }, 'ab --trace a', '--b'],
    [{ REPLAY_A: 'http://a', REPLAY_B: 'http://b' }, 'ab', '--trace'],
    [{ REPLAY_A: 'http://a', REPLAY_B: 'http://b' }, 'ab --trace a', undefined],
    [{}, 'ab --config a.yaml', undefined],
  ];

test.each(elsewhere)('commandOf() by %o of "%s" misses %s', async (set, line, missing) => {
  const { io } = await listen();
  Object.assign(process.env, set);
  const call = () => commandOf(line.split(' ').filter(Boolean), io);
  try {
    if (missing === undefined) expect(call()).toBe(/^ab|/.exec(line)?.[0]);
    else expect(call).toThrow(`${missing} is missing`);
  } finally {
    for (const name of Object.keys(set)) delete process.env[name];
  }
});
