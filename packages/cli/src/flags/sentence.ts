import { OptionsError } from '@trace-replay/replayer';

import { exitCodeOf } from '../io/errors.ts';
import { EXIT } from '../io/exit-codes.ts';
import { REPLAY_FLAGS } from './replay-flags.ts';

/** Key of an option → the flag that sets it. */
const FLAG_OF = new Map(REPLAY_FLAGS.map(({ key, long }) => [key, long]));

/** An error for the terminal: our own sentence, or that it is a bug and where. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return `Internal error: ${String(error)}`;
  if (exitCodeOf(error) !== EXIT.internal) return inFlags(error);
  return `Internal error, which is a bug of trace-replay: ${error.stack ?? error.message}`;
}

/** The library names options, `"tokenIdRange"`; at the terminal they are `--token-id-range`. */
function inFlags(error: Error): string {
  const isOfOption = error instanceof OptionsError && 'option' in error;
  if (!isOfOption || error.option === undefined) return error.message;
  return error.message.replace(/"(?:tls\.)?(\w+)"/g, (quoted, key: string) => {
    return FLAG_OF.get(key) ?? quoted;
  });
}
