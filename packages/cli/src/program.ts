import { createRequire } from 'node:module';

import { Command, CommanderError } from 'commander';

import { addAbCommand } from './commands/ab.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addMergeCommand } from './commands/merge.ts';
import { addMockCommand } from './commands/mock.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addReportCommand } from './commands/report.ts';
import { addTraceCommand } from './commands/trace/trace.ts';
import { sentence } from './flags/sentence.ts';
import { exitCodeOf } from './io/errors.ts';
import { EXIT, type ExitCode } from './io/exit-codes.ts';
import type { CommandIo, Io } from './io/io.ts';

const own = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/** Runs one command line. Never throws, never ends the process: returns its exit code. */
export async function runProgram(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const onEnd = (ended: ExitCode) => {
    code = ended;
  };
  const program = createProgram({ stdout: io.stdout, stderr: io.stderr, onEnd });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end by an error of commander's with code 0;
    // its messages are printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.stderr.write(`${sentence(error)}\n`);
    return exitCodeOf(error);
  }
}

/** The commands, in the order of `--help`. */
export function createProgram(io: CommandIo): Command {
  const program = new Command('replay')
    .description(
      'Replays a Mooncake trace on its own schedule against an OpenAI-compatible streaming\n' +
        'frontend, and reports TTFT, ITL, latency and goodput.',
    )
    .version(own.version)
    .usage('--trace <file> --url <url> [flags]')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .allowExcessArguments(true)
    // What stands after a command's name is the command's, also where we have a flag of that name.
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 100 })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'Cannot run: ')),
    })
    .exitOverride();
  addReplayCommand(program, io);
  addReportCommand(program, io);
  addMergeCommand(program, io);
  addCompareCommand(program, io);
  addAbCommand(program, io);
  addMockCommand(program, io);
  addTraceCommand(program, io);
  addDemoCommand(program, io);
  return program;
}
