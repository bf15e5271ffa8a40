import { TraceError } from '../errors/errors.ts';

export interface Change {
  /** `while it was read`, `while the run was going on`. */
  readonly when: string;
  /** What tells it: `its digest differs`. */
  readonly by: string;
}

/** What another identity means. */
export const REPLACED = 'it was written to or replaced';

/** The trace is no longer what it was at the first look. */
export function changedError(
  file: string,
  { when, by }: Change,
  options?: ErrorOptions,
): TraceError {
  return new TraceError(
    `Cannot use trace "${file}": it changed ${when} (${by}), expected the same file throughout` +
      '\n  Replay a copy that nothing writes to.',
    { file },
    options,
  );
}
