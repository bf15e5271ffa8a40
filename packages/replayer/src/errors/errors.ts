/** Where in a trace something was found. */
export interface TracePlace {
  /** The trace as the user named it; `-` for standard input. */
  readonly file: string;
  /** Line number, from 1; absent when the file as a whole is meant. */
  readonly line?: number;
  /** Field of the row; absent when the line as a whole is meant. */
  readonly field?: string;
}

/** A trace that cannot be read, is not valid, or changed during the run. Nothing more is sent. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly place: TracePlace;

  constructor(message: string, place: TracePlace, options?: ErrorOptions) {
    super(message, options);
    this.place = place;
  }
}

/**
 * Options that contradict each other or cannot be met. Nothing is sent. Messages quote options by
 * their keys: `"tokenIdRange"`, `"tls.cert"`.
 */
export class OptionsError extends RangeError {
  override readonly name = 'OptionsError';
  /** Key of the option in `replayOptionsSchema`; absent for options of other functions. */
  readonly option: string | undefined;

  constructor(message: string, option?: string) {
    super(message);
    this.option = option;
  }
}

/** The target was not there, did not list the model, or refused us before the run. */
export class ReadinessError extends Error {
  override readonly name = 'ReadinessError';
}
