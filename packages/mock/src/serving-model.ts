/** One request as a model of serving needs to know it. */
export interface Work {
  /** Which request this is, from 1: seeds whatever is random about it. */
  readonly request: number;
  /** The instant at which its body was complete, in nanoseconds on the timeline. */
  readonly arrivedNs: number;
  readonly inputTokens: number;
  /** How many tokens will be made, at least 1. */
  readonly outputTokens: number;
}

/** What the model knows about a request it took on. */
export interface Service {
  /** Worker ids exceed 2^53, so they are decimal strings; equal when one worker does both. */
  readonly prefillWorkerId: string;
  readonly decodeWorkerId: string;
  /** Prompt tokens that were in a cache. */
  readonly cachedTokens: number;
  /** How long the request waited before its prompt was computed. */
  readonly prefillWaitNs: number;
  /** How long computing its prompt took. */
  readonly prefillNs: number;
  /** Ends the request early: its client went away. */
  cancel(): void;
}

/**
 * Called for each chunk, with the tokens it holds and the instant at which it ought to leave. The
 * call itself is later than that by the emission lag.
 */
export type OnTokens = (tokens: number, dueNs: number) => void;

/**
 * Where tokens come from: decides which worker serves a request and when each chunk of it leaves.
 * The frontend knows no more than this, so a model with queues and caches can replace a fixed one.
 */
export interface ServingModel {
  /** Takes a request on, or `overloaded`. Tokens add up to `work.outputTokens` unless cancelled. */
  serve(work: Work, onTokens: OnTokens): Service | 'overloaded';
}
