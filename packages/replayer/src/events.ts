import type { Zero } from './time/clock.ts';

/** What a listener may observe of a run, beside its records. */
export type ReplayEvent =
  /** The model is not there yet; sent once for each target, after the first try. */
  | { readonly kind: 'waiting-for-model'; readonly url: string; readonly seen: string }
  | { readonly kind: 'model-found'; readonly model: string }
  /** The server was asked for worker ids and timing; `reason` says why they are not asked for. */
  | { readonly kind: 'server-details'; readonly used: boolean; readonly reason?: string }
  | { readonly kind: 'warm-up-started'; readonly requests: number }
  | { readonly kind: 'warm-up-ended'; readonly requests: number; readonly failed: number }
  /** The zero is set; the first row is due then. */
  | { readonly kind: 'started'; readonly zero: Zero; readonly rows: number }
  | { readonly kind: 'request-dispatched'; readonly row: number };

export type OnReplayEvent = (event: ReplayEvent) => void;

/** How a program follows and ends what it has started. */
export interface ReplayListening {
  /**
   * Aborting it sends nothing more and ends what is in flight. A replay then still gives a record
   * for every row, at whatever moment it comes.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called at once with each event, on the thread that reads the records: it must be quick. */
  readonly onEvent?: OnReplayEvent | undefined;
}
