import type { Command } from 'commander';

import type { CommandIo } from '../../io/io.ts';
import { addTraceAnalyzeCommand } from './analyze.ts';
import { addTraceSynthesizeCommand } from './synthesize.ts';
import { addTraceTransformCommand } from './transform.ts';
import { addTraceValidateCommand } from './validate.ts';

/** Adds `trace` with its verbs to a program, whose settings they take over. */
export function addTraceCommand(program: Command, io: CommandIo): void {
  const trace = program
    .command('trace')
    .description('make, look at, check and change traces')
    .helpCommand(false)
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES);
  addTraceSynthesizeCommand(trace, io);
  addTraceAnalyzeCommand(trace, io);
  addTraceValidateCommand(trace, io);
  addTraceTransformCommand(trace, io);
}

const EXAMPLES = `
Examples:
  replay trace synthesize --input-file conversation_trace.jsonl --prefix-len-multiplier 16 \\
    --prompt-len-multiplier 10 --max-isl 110000 --num-requests 10000
  replay trace analyze conversation_trace.jsonl --workers 8 --bytes-per-token 70000
  replay trace validate trace.jsonl --fix mended.jsonl
  replay trace transform trace.jsonl --limit 1000 --to-block-size 64 --output-file short.jsonl`;
