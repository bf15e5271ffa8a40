/** What one row asks of the server, and when. */
export interface RowRequest {
  /** Index of the row in the trace file. */
  readonly row: number;
  /** Nanoseconds since the run's zero. */
  readonly dueNs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Index into the list of targets. */
  readonly target: number;
  /** Headers of this request alone. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose body is bytes already. */
export interface PreparedRequest extends RowRequest {
  /** Owns its buffer; its memory is given back when the kernel has it. */
  readonly body: Uint8Array;
}
