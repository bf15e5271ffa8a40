/** One request as a model of serving needs to know it. */
export interface Work {
  /** Which request this is, from 1: seeds whatever is random about it. */
  readonly request: number;
  /** The instant at which its body was complete, in nanoseconds on the timeline. */
  readonly arrivedNs: number;
  readonly inputTokens: number;
  /** How many tokens will be made, at least 1. */
  readonly outputTokens: number;
  /**
   * A key for each full block of the prompt, which stands for the block and everything before it;
   * absent where no cache looks at them.
   */
  readonly blocks?: Float64Array | undefined;
}

/**
 * What the model knows about a request it took on. What is not known yet is absent, and there by
 * the time of the first token.
 */
export interface ServiceFacts {
  /** Worker ids exceed 2^53, so they are decimal strings; equal when one worker does both. */
  readonly prefillWorkerId: string;
  readonly decodeWorkerId?: string | undefined;
  /** Prompt tokens that were in a cache. */
  readonly cachedTokens?: number | undefined;
  /**
   * The same as the frontend tells its client. Dynamo's hears of it from the worker that decodes,
   * so that it is 0 where another one prefills.
   */
  readonly toldCachedTokens: number;
  /** How long the request waited before its prompt was computed. */
  readonly prefillWaitNs?: number | undefined;
  /** How long computing its prompt took. */
  readonly prefillNs?: number | undefined;
  /** Only where a worker of its own prefills: the move of its KV cache. */
  readonly transferNs?: number | undefined;
  /** Only of a KV-aware router: the share of the prompt's blocks that it expected to be cached. */
  readonly kvHitRate?: number | undefined;
}

/** A request that a model took on. */
export interface Service {
  /** Filled in while it is served. */
  readonly facts: ServiceFacts;
  /** Ends the request early: its client went away. */
  cancel(): void;
}

/**
 * Called for each chunk, with the tokens it holds and the instant at which it ought to leave. The
 * call itself is later than that by the emission lag.
 */
export type OnTokens = (tokens: number, dueNs: number) => void;

/** What a worker does, and what it has to do at this moment. */
export interface WorkerState {
  readonly id: string;
  /** Both phases, or one of them. */
  readonly role: 'aggregated' | 'prefill' | 'decode';
  /** Requests in its batch, and before it; absent where there is no batch. */
  readonly running?: number;
  readonly waiting?: number;
  /** Blocks of the requests it was given, as its router counts them. */
  readonly activeBlocks?: number;
  /** Prompt tokens that it was given and has not computed. */
  readonly prefillTokens?: number;
}

/** What a frontend tells about the workers behind it. */
export interface ServingState {
  readonly workers: readonly WorkerState[];
  readonly isKvAware: boolean;
  /** Absent where the model has none. */
  readonly limits?: ServingLimits | undefined;
}

export interface ServingLimits {
  readonly blockTokens: number;
  readonly cacheBlocks: number;
  readonly maxSequences: number;
  readonly stepTokens: number;
}

/**
 * Where tokens come from: decides which worker serves a request and when each chunk of it leaves.
 * The frontend knows no more than this, so a model with queues and caches can replace a fixed one.
 */
export interface ServingModel {
  /** Takes a request on, or `overloaded`. Tokens add up to `work.outputTokens` unless cancelled. */
  serve(work: Work, onTokens: OnTokens): Service | 'overloaded';
  /** The workers as they are now. */
  describe(): ServingState;
}
