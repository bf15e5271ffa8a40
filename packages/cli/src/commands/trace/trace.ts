import type { Command, Option } from 'commander';

import type { ExitCode } from '../../io/exit-codes.ts';
import type { Io } from '../../io/io.ts';
import { traceAnalyzeCommand, type TraceAnalyzeFlags } from './analyze.ts';
import { TRACE_FLAGS } from './flags.ts';
import { traceSynthesizeCommand, type TraceSynthesizeFlags } from './synthesize.ts';
import { traceTransformCommand, type TraceTransformFlags } from './transform.ts';
import { traceValidateCommand, type TraceValidateFlags } from './validate.ts';

const FILE = 'trace: .jsonl, .jsonl.gz, or - for standard input';

/** Adds `trace` with its verbs to a program, whose settings they take over. */
export function addTraceCommand(program: Command, io: Io, onEnd: (code: ExitCode) => void): void {
  const trace = program
    .command('trace')
    .description('make, look at, check and change traces')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES);

  verb(trace, 'synthesize', TRACE_FLAGS.synthesize)
    .description(`make a trace that resembles another, as Dynamo's datagen does`)
    .action(async (flags: TraceSynthesizeFlags) => onEnd(await traceSynthesizeCommand(flags, io)));

  verb(trace, 'analyze', TRACE_FLAGS.analyze)
    .description('statistics of a trace: lengths, arrivals, sharing, caches, routers')
    .argument('<file>', FILE)
    .action(async (file: string, flags: TraceAnalyzeFlags) =>
      onEnd(await traceAnalyzeCommand(file, flags, io)),
    );

  verb(trace, 'validate', TRACE_FLAGS.validate)
    .description('every problem of a trace; exit code 2 if there is one')
    .argument('<file>', FILE)
    .action(async (file: string, flags: TraceValidateFlags) =>
      onEnd(await traceValidateCommand(file, flags, io)),
    );

  verb(trace, 'transform', TRACE_FLAGS.transform)
    .description('select rows (window, then limit, then shard), cut lengths, change ids and speed')
    .argument('<file>', FILE)
    .action(async (file: string, flags: TraceTransformFlags) =>
      onEnd(await traceTransformCommand(file, flags, io)),
    );
}

function verb(trace: Command, name: string, flags: readonly Option[]): Command {
  const command = trace.command(name).allowExcessArguments(false);
  for (const flag of flags) command.addOption(flag);
  return command;
}

const EXAMPLES = `
Examples:
  replay trace synthesize --input-file conversation_trace.jsonl --prefix-len-multiplier 16 \\
    --prompt-len-multiplier 10 --max-isl 110000 --num-requests 10000
  replay trace analyze conversation_trace.jsonl --workers 8 --bytes-per-token 70000
  replay trace validate trace.jsonl --fix mended.jsonl
  replay trace transform trace.jsonl --limit 1000 --to-block-size 64 --output-file short.jsonl`;
