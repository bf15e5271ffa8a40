import type { Command } from 'commander';

import { abOptionsSchema } from './ab-options.ts';
import { demoOptionsSchema } from './demo-options.ts';
import type { ExitCode } from '../io/exit-codes.ts';
import { flagFor, number } from '../flags/flags.ts';
import type { Io } from '../io/io.ts';
import { demoCommand } from './demo.ts';
import { REPLAY_FLAGS, type ReplayFlags } from '../flags/replay-flags.ts';

/** Flags of a replay that the demonstration has as well. */
const SHARED = new Set(['--trace', '--limit', '--artifact-dir', '--progress']);

/** Adds `demo` and its flags to a program. */
export function addDemoCommand(program: Command, io: Io, onEnd: (code: ExitCode) => void): void {
  const { shape } = demoOptionsSchema;
  const demo = program
    .command('demo')
    .description("the recipe's experiment on models of its two deployments")
    .addOption(flagFor(shape, 'timeScale', '--time-scale <factor>', number))
    .addOption(flagFor(shape, 'repeat', '--repeat <count>', number))
    .addOption(flagFor(shape, 'prefixCache', '--prefix-cache <on|off>'))
    .addOption(flagFor(abOptionsSchema.shape, 'json', '--json'))
    .addOption(flagFor(abOptionsSchema.shape, 'markdown', '--markdown'));
  for (const option of REPLAY_FLAGS.flatMap(([, flags]) => flags)) {
    if (SHARED.has(option.long ?? '')) demo.addOption(option);
  }
  demo.action(async (flags: ReplayFlags) => onEnd(await demoCommand(flags, io)));
}
