import { OptionsError, ReadinessError, TraceError } from '@trace-replay/replayer';

import { ArtifactError, UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { REPLAY_FLAGS } from './replay-flags.ts';

/** Key of an option → what sets it at the terminal. */
const FLAG_OF = new Map<string, string | undefined>([
  ...REPLAY_FLAGS.map(({ key, long }) => [key, long] as const),
  ['apiKey', '--api-key-env or --api-key-file'],
]);

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ArtifactError) return EXIT.artifact;
  if (error instanceof ReadinessError) return EXIT.target;
  if (error instanceof TraceError || error instanceof OptionsError || error instanceof UsageError) {
    return EXIT.usage;
  }
  // STYLE: SyntaxError is text of the user's that cannot be read, such as objectives.
  if (error instanceof SyntaxError) return EXIT.usage;
  return EXIT.internal;
}

/** An error for the terminal: our own sentence, or that it is a bug and where. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return `Internal error: ${String(error)}`;
  const { message, stack } = error;
  if (exitCodeOf(error) === EXIT.internal) {
    return `Internal error, which is a bug of trace-replay: ${stack ?? message}`;
  }
  const option = error instanceof OptionsError ? error.option : undefined;
  if (option === undefined && !(error instanceof ReadinessError)) return message;
  const [problem = '', ...advice] = message.split(ADVICE);
  const own = new RegExp(`^Cannot \\w+ (option )?"${option}"|"${option}\\.\\w+"`, 'g');
  return [problem.replace(own, (name) => inFlags(name)), ...advice.map(inFlags)].join('');
}

/** Our own words begin here; before, names may be quoted that are the user's or the server's. */
const ADVICE = /(?=\n {2}|; pass [^"]*"\w+"$)/;

/** The library names options, `"tokenIdRange"`; at the terminal they are `--token-id-range`. */
function inFlags(text: string): string {
  return text.replace(/"(tls\.|body\.)?(\w+)"/g, (quoted, prefix: string, key: string) =>
    // A field of the body has no flag.
    prefix === 'body.' ? `"${key}"` : (FLAG_OF.get(key) ?? quoted),
  );
}
