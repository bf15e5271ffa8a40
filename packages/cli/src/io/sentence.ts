import { exitCodeOf } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** What a person is told of an error: our own sentence, or that it is a bug and where. */
export function sentence(error: unknown): string {
  if (!(error instanceof Error)) return `Internal error: ${String(error)}`;
  if (exitCodeOf(error) !== EXIT.internal) return error.message;
  return `Internal error, which is a bug of trace-replay: ${error.stack ?? error.message}`;
}
