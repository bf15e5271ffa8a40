/** An answer being sent: takes tokens as the model makes them. */
export interface Sending {
  /** Sends what comes before the first token. */
  start(): void;
  /** Takes tokens that were due at `dueNs`; the last of them ends the answer. */
  tokens(count: number, dueNs: number): void;
  /** The connection is gone. */
  abandon(): void;
}
