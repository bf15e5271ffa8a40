import { OptionsError, ReadinessError } from '@trace-replay/replayer';

import { exitCodeOf } from '../io/errors.ts';
import { EXIT } from '../io/exit-codes.ts';
import { REPLAY_FLAGS } from './replay-flags.ts';

/** Key of an option → what sets it at the terminal. */
const FLAG_OF = new Map<string, string | undefined>([
  ...REPLAY_FLAGS.map(({ key, long }) => [key, long] as const),
  ['apiKey', '--api-key-env or --api-key-file'],
]);

/** An error for the terminal: our own sentence, or that it is a bug and where. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return `Internal error: ${String(error)}`;
  const { message, stack } = error;
  if (exitCodeOf(error) === EXIT.internal) {
    return `Internal error, which is a bug of trace-replay: ${stack ?? message}`;
  }
  if (error instanceof OptionsError && 'option' in error && error.option !== undefined) {
    return inFlags(message);
  }
  if (!(error instanceof ReadinessError)) return message;
  // What the first line quotes is the server's; the next step names options.
  const [what = '', ...nextSteps] = message.split('\n');
  return [what, ...nextSteps.map(inFlags)].join('\n');
}

/** The library names options, `"tokenIdRange"`; at the terminal they are `--token-id-range`. */
function inFlags(text: string): string {
  return text.replace(/"(tls\.|body\.)?(\w+)"/g, (quoted, prefix: string, key: string) =>
    // A field of the body has no flag.
    prefix === 'body.' ? `"${key}"` : (FLAG_OF.get(key) ?? quoted),
  );
}
