import { type Command, CommanderError } from 'commander';

import { commandOf, createRoot } from './command-line.ts';
import { UsageError } from './io/errors.ts';
import { EXIT, type ExitCode } from './io/exit-codes.ts';
import type { CommandIo, Io } from './io/io.ts';

type AddCommand = (program: Command, io: CommandIo) => void;

/** The commands, in the order of `--help`. Each is loaded when it runs. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  '': async () => (await import('./commands/replay.ts')).addReplayCommand,
  report: async () => (await import('./commands/report.ts')).addReportCommand,
  merge: async () => (await import('./commands/merge.ts')).addMergeCommand,
  compare: async () => (await import('./commands/compare.ts')).addCompareCommand,
  ab: async () => (await import('./commands/ab.ts')).addAbCommand,
  search: async () => (await import('./commands/search.ts')).addSearchCommand,
  mock: async () => (await import('./commands/mock.ts')).addMockCommand,
  trace: async () => (await import('./commands/trace/trace.ts')).addTraceCommand,
  demo: async () => (await import('./commands/demo.ts')).addDemoCommand,
};

/** Runs one command line. Never throws, never ends the process: returns its exit code. */
export async function runProgram(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const onEnd = (ended: ExitCode) => {
    code = ended;
  };
  try {
    const name = commandOf(argv, io);
    const commandIo = { stdout: io.stdout, stderr: io.stderr, onEnd };
    const program = await createProgram(commandIo, [name]);
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end by an error of commander's with code 0;
    // its messages are printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\n`);
      return EXIT.usage;
    }
    const { exitCodeOf, sentence } = await import('./flags/sentence.ts');
    io.stderr.write(`${sentence(error)}\n`);
    return exitCodeOf(error);
  }
}

/** @param names commands to load; all of them unless given */
export async function createProgram(
  io: CommandIo,
  names: readonly string[] = Object.keys(COMMANDS),
): Promise<Command> {
  const program = createRoot(io);
  for (const name of names) (await COMMANDS[name]?.())?.(program, io);
  return program;
}
