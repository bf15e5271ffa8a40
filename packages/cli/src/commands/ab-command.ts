import type { Command } from 'commander';

import type { ExitCode } from '../io/exit-codes.ts';
import { completeFlags } from '../flags/flag-sources.ts';
import { type Io, remark } from '../io/io.ts';
import { abCommand } from './ab.ts';
import { AB_FLAGS } from './ab-flags.ts';

/** Adds `ab` and its flags to a program. */
export function addAbCommand(program: Command, io: Io, onEnd: (code: ExitCode) => void): void {
  const command = program
    .command('ab')
    .description('replay a trace against two servers in turns, and compare them')
    .usage('--trace <file> --a <url> --b <url> [flags]');
  for (const [group, flags] of AB_FLAGS) {
    for (const option of flags) command.addOption(option.helpGroup(group));
  }
  command.addHelpText('after', EXAMPLES);
  command.action(async () => {
    const options = AB_FLAGS.flatMap(([, flags]) => flags);
    const { values, remarks } = completeFlags(command, options, process.env);
    for (const text of remarks) remark(io, text);
    onEnd(await abCommand(values, io));
  });
}

const EXAMPLES = `
Examples:
  replay ab --trace trace.jsonl --a http://localhost:8000 --b http://localhost:8001 --repeat 3
  replay ab --trace trace.jsonl.gz --limit 500 --repeat 5 \\
    --a http://agg:8000 --a-name agg-round-robin --b http://disagg:8000 --b-name disagg-kv`;
