import { createRequire } from 'node:module';

import { Command } from 'commander';

import { requireFlags, variableOf } from './flags/required-flags.ts';
import { UsageError } from './io/errors.ts';
import type { Io } from './io/io.ts';

/** One command as its help shows it: all that is known of it without its schemas. */
export interface CommandEntry {
  /** `trace analyze`; empty for the program itself, which replays. */
  readonly name: string;
  /** As commander writes them: `<file>` */
  readonly arguments: readonly string[];
  readonly flags: readonly {
    /** As commander writes them: `--speedup <factor>` */
    readonly flags: string;
    /** Only `--help-all` shows it. */
    readonly isHidden: boolean;
    /** The only values it takes; empty if a schema decides. */
    readonly choices: readonly string[];
  }[];
  /** Lines of `--help` and of `--help-all`. */
  readonly help: readonly string[];
  readonly helpAll: readonly string[];
}

// Written out, so that a bundle takes both files in (scripts/bundle.mjs).
const TABLE = createRequire(import.meta.url)('../command-table.json') as readonly CommandEntry[];

const own = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/** The program without its commands: its name, version and manners. */
export function createRoot(io: Io): Command {
  return (
    new Command('replay')
      .version(own.version)
      .helpCommand(false)
      .showSuggestionAfterError(true)
      .allowExcessArguments(true)
      // What stands after a command's name is the command's, also where we have such a flag.
      .enablePositionalOptions()
      .configureHelp({ helpWidth: 100 })
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
        outputError: (text, write) => write(text.replace(/^error: /, 'Cannot run: ')),
      })
      .exitOverride()
  );
}

/**
 * Finds the command that a command line names, by the table: loading the schemas of all flags takes
 * several times as long as Node itself, and help, version and most mistakes need none of them.
 * Values are checked by the command.
 *
 * @returns the name of the command; of `trace analyze` it is `trace`
 * @throws {CommanderError} for help and version, with code 0, and for a command line that no
 *   command takes; the text is printed already
 * @throws {UsageError} for one that is incomplete
 */
export function commandOf(argv: readonly string[], io: Io): string {
  let chosen = '';
  const names = new Set(argv.map((word) => word.replace(/=.*/s, '')));
  const program = createRoot(io);
  const commands = new Map([['', program]]);
  for (const { name, arguments: operands, flags, help, helpAll } of TABLE) {
    const above = name.split(' ');
    const last = above.pop() ?? '';
    const parent = commands.get(above.join(' ')) ?? program;
    const command = name === '' ? program : parent.command(last);
    commands.set(name, command);
    // A command, or a flag that is not shown, is of no use here unless a word names it.
    if (name !== '' && !name.split(' ').every((word) => names.has(word))) continue;
    command.helpCommand(false);
    command.helpInformation = () => help.join('\n');
    for (const operand of operands) command.argument(operand);
    for (const flag of flags) {
      if (flag.isHidden && !names.has(flag.flags.replace(/ .*/, ''))) continue;
      const option = command.createOption(flag.flags).hideHelp(flag.isHidden);
      command.addOption(flag.choices.length > 0 ? option.choices(flag.choices) : option);
    }
    command.on('option:help-all', () => {
      command.helpInformation = () => helpAll.join('\n');
      command.help();
    });
    // A command that only has others below it does nothing itself.
    if (name !== '' && TABLE.some((each) => each.name.startsWith(`${name} `))) continue;
    command.action(() => {
      chosen = name;
    });
  }
  program.parse(argv, { from: 'user' });
  if (chosen === '') refuseWord(program);
  else refuseFlagsBefore(chosen, program);
  requireNamed(chosen, (commands.get(chosen) ?? program).opts());
  return chosen.replace(/ .*/, '');
}

function refuseWord({ args: [word], commands }: Command): void {
  if (word === undefined) return;
  const names = commands.map((command) => command.name()).join(', ');
  throw new UsageError(
    `Cannot run "${word}": there is no such command, expected flags or one of ${names}` +
      '\n  See replay --help.',
  );
}

/** @throws {UsageError} if a flag is missing that neither a variable nor a file can hold */
function requireNamed(name: string, values: Readonly<Record<string, unknown>>): void {
  const { REPLAY_CONFIG: config = values['config'] } = process.env;
  const flags = TABLE.find((entry) => entry.name === name)?.flags ?? [];
  const known = new Set(flags.map((flag) => variableOf(flag.flags.replace(/ .*/, ''))));
  const variables = Object.keys(process.env).filter((each) => each.startsWith('REPLAY_'));
  // The command has a remark on a variable that names no flag: it may be the one that is missing.
  if (config !== undefined || !variables.every((each) => known.has(each))) return;
  const given = Object.fromEntries(variables.map((each) => [each.slice(7).toLowerCase(), 'given']));
  const all = { ...given, ...values };
  if (name === '') requireFlags('replay', all);
  if (name !== 'ab') return;
  requireFlags('compare', all);
  requireFlags('replay', { ...all, url: 'that of a side' });
}

function refuseFlagsBefore(name: string, program: Command): void {
  const before = program.options.find(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (before === undefined) return;
  throw new UsageError(
    `Cannot run "${name}": ${before.long} stands before it, expected flags after the command`,
  );
}
