import { OptionsError, ReadinessError, TraceError } from '@trace-replay/replayer';

import { EXIT, type ExitCode } from './exit-codes.ts';

/** A file or directory of the run's artifacts that cannot be made or written. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

/** A command line, or a file named on it, that cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

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
