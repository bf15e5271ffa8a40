import { type Command, Option } from 'commander';

import { DEPLOYMENT_NAMES } from '@trace-replay/mock';

import { UsageError } from '../io/errors.ts';
import type { ExitCode } from '../io/exit-codes.ts';
import { number } from '../flags/flags.ts';
import type { Io } from '../io/io.ts';
import { mockCommand, type MockFlags } from './mock.ts';

/** Adds `mock` and its flags to a program. */
export function addMockCommand(program: Command, io: Io, onEnd: (code: ExitCode) => void): void {
  program
    .command('mock')
    .description('serve an OpenAI-compatible frontend: known times, or a modelled deployment')
    .option('--port <port>', 'port to listen on; 0 for any', number, 0)
    .option('--model <name>', 'name of the model it lists', 'mock-model')
    .addOption(
      new Option('--mode <deployment>', 'model a deployment of the recipe').choices(
        DEPLOYMENT_NAMES,
      ),
    )
    .addOption(
      new Option('--prefix-cache <on|off>', 'change whether it uses blocks again').choices([
        'on',
        'off',
      ]),
    )
    .option('--deployment <json>', 'change its other parameters', json('--deployment'))
    .option('--time-scale <factor>', 'multiply every time: 0.1 is ten times as fast', number)
    .option('--ttft <ms>', 'time to the first token, without --mode', number)
    .option('--itl <ms>', 'time from token to token, without --mode', number)
    .option('--stream-interval <tokens>', 'tokens a chunk', number)
    .option('--max-in-flight <requests>', 'answer 529 to more', number)
    .option('--dialect <name>', 'server whose wording it uses')
    .option('--scenario <json>', 'faults', json('--scenario'))
    .option('--seed <number>', 'of whatever is random about it', number)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: MockFlags) => onEnd(await mockCommand(flags, io)));
}

/** Reads JSON, and names the flag where it is none. */
function json(flag: string): (text: string) => unknown {
  return (text) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new UsageError(`Cannot read ${flag}: ${(error as Error).message}, expected JSON`);
    }
  };
}

const EXAMPLES = `
Examples:
  replay mock --port 8000 --ttft 50 --itl 10
  replay mock --port 8000 --mode disaggregated-kv --time-scale 0.1
  replay mock --port 8001 --mode aggregated-round-robin --prefix-cache on --time-scale 0.1
  replay mock --mode aggregated-round-robin --deployment '{"workers":2,"busyPrefillTokens":100000}'
  replay mock --scenario '[{"every":10,"scenario":{"kind":"loses-worker"}}]'`;
