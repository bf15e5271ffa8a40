/**
 * How the process ends. Documented in `docs/exit-codes.md`; several at once:
 * 7 > 1 > 6 > 4 > 3 > 5 > 2.
 */
export const EXIT = {
  ok: 0,
  /** A bug of ours. */
  internal: 1,
  /** Flags or trace cannot be used; nothing was sent. */
  usage: 2,
  /** The target is not there, does not list the model, or refuses us. */
  target: 3,
  /** The run finished, and no row was ok or `--fail-if` was met. */
  failed: 4,
  /** The measurement is invalid, by the rule of --fidelity-gate. */
  fidelity: 5,
  /** Ended by a signal; the report is partial. */
  signal: 6,
  /** An artifact could not be written. */
  artifact: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const WORST_FIRST: readonly ExitCode[] = [
  EXIT.artifact,
  EXIT.internal,
  EXIT.signal,
  EXIT.failed,
  EXIT.target,
  EXIT.fidelity,
  EXIT.usage,
];

/** The code to end with when several things are true at once. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}
