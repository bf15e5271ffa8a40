import { SAME_CONDITIONS } from '@trace-replay/metrics/internal';
import { Command, CommanderError, type Option } from 'commander';

import { addAbCommand } from './commands/ab-command.ts';
import { compareCommand, type CompareFlags } from './commands/compare.ts';
import { addDemoCommand } from './commands/demo-command.ts';
import { mergeCommand, type MergeFlags } from './commands/merge.ts';
import { addMockCommand } from './commands/mock-command.ts';
import { replayCommand } from './commands/replay.ts';
import { REPLAY_FLAGS, type ReplayFlags } from './flags/replay-flags.ts';
import { reportCommand, type ReportFlags } from './commands/report.ts';
import { addTraceCommand } from './commands/trace/trace.ts';
import { exitCodeOf, UsageError } from './io/errors.ts';
import { EXIT, type ExitCode } from './io/exit-codes.ts';
import { completeFlags } from './flags/flag-sources.ts';
import { flagFor, repeated } from './flags/flags.ts';
import { shardOfIndexedJob } from './flags/indexed-job.ts';
import { type Io, remark } from './io/io.ts';
import { runOptionsSchema } from './flags/command-options.ts';
import { sentence } from './io/sentence.ts';
import { VERSIONS } from './io/versions.ts';

/** Runs one command line. Never throws, never ends the process: returns its exit code. */
export async function runProgram(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = createProgram(io, (ended) => {
    code = ended;
  });
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

/** The commands and their flags. */
export function createProgram(io: Io, onEnd: (code: ExitCode) => void): Command {
  const program = new Command('replay')
    .description(
      'Replays a Mooncake trace on its own schedule against an OpenAI-compatible streaming\n' +
        'frontend, and reports TTFT, ITL, latency and goodput.',
    )
    .version(VERSIONS.trace_replay)
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
  addReplayFlags(program);
  program.action(async (_flags: ReplayFlags, { args: [word] }: Command) => {
    if (word !== undefined) throw noSuchCommand(program, word);
    const { values, remarks } = completeFlags(program, allFlags(), process.env);
    for (const text of remarks) remark(io, text);
    const indexed = values['shard'] === undefined ? shardOfIndexedJob(process.env) : undefined;
    onEnd(await replayCommand({ ...values, ...(indexed && { shard: indexed }) }, io));
  });
  program.addHelpText('after', EXAMPLES);

  program
    .command('report')
    .description('make the summary of a run again from its records')
    .argument('<directory>', 'directory that holds run.json and records.jsonl')
    .option('--goodput <objectives>', 'judge by these objectives instead of those of the run')
    .option('--json', 'print the summary as JSON')
    .addOption(flagFor(runOptionsSchema.shape, 'export', '--export <format>', repeated))
    .action(async (directory: string, flags: ReportFlags) =>
      onEnd(await reportCommand(directory, flags, io)),
    );

  program
    .command('merge')
    .description('make one run of its shards')
    .argument('<directory...>', "a shard's directory, or one that holds shards")
    .option(
      '--artifact-dir <directory>',
      'directory for the merged run (default: beside the shards)',
    )
    .option('--allow-missing', 'merge what is there, and say what is missing')
    .option('--json', 'print the summary as JSON')
    .action(async (directories: string[], flags: MergeFlags) =>
      onEnd(await mergeCommand(directories, flags, io)),
    );

  program
    .command('compare')
    .description('hold runs against each other: metrics side by side, with intervals')
    .argument('<directories...>', 'two sides or more: a run, several with commas, or all below it')
    .option('--goodput <objectives>', 'judge by these objectives instead of those of the runs')
    .option('--allow-different <condition>', ALLOW_DIFFERENT, repeated)
    .option('--json', 'print comparison.json')
    .option('--markdown', 'print Markdown')
    .action(async (directories: string[], flags: CompareFlags) =>
      onEnd(await compareCommand(directories, flags, io)),
    );

  addAbCommand(program, io, onEnd);
  addMockCommand(program, io, onEnd);
  addTraceCommand(program, io, onEnd);

  addDemoCommand(program, io, onEnd);
  return program;
}

function noSuchCommand(program: Command, word: string): UsageError {
  const names = program.commands.map((command) => command.name()).join(', ');
  return new UsageError(
    `Cannot run "${word}": there is no such command, expected flags or one of ${names}` +
      '\n  See replay --help.',
  );
}

function addReplayFlags(command: Command): void {
  for (const [group, flags] of REPLAY_FLAGS) {
    for (const option of flags) command.addOption(option.helpGroup(group));
  }
}

function allFlags(): readonly Option[] {
  return REPLAY_FLAGS.flatMap(([, flags]) => flags);
}

const ALLOW_DIFFERENT = `condition that need not be equal: ${SAME_CONDITIONS.join(', ')}`;

const EXAMPLES = `
Examples:
  replay --trace conversation_trace.jsonl --url http://localhost:8000
  replay --trace trace.jsonl.gz --url http://localhost:8000 --limit 100 --speedup 2
  replay --trace trace.jsonl --url http://localhost:8000 \\
    --goodput "time_to_first_token:2000 inter_token_latency:25" --fail-if "goodput.fraction<0.95"
  replay report artifacts/1785000000_replay/trace --goodput "time_to_first_token:500"
  replay merge artifacts/night-7

Exit codes: 0 ok, 1 internal error, 2 flags or trace, 3 target not there, 4 no row ok or --fail-if
met, 5 fidelity invalid, 6 stopped by a signal, 7 an artifact could not be written.`;
