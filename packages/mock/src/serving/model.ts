/** One request as a model of serving needs to know it. */
export interface Work {
  /** Number of the request, from 1; seeds what is random about it. */
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
 * The model's knowledge of a request that it took on. An unknown value is absent, and known by the
 * time of the first token.
 */
export interface ServiceFacts {
  /** Worker ids exceed 2^53, so they are decimal strings; equal when one worker does both. */
  readonly prefillWorkerId: string;
  readonly decodeWorkerId?: string | undefined;
  /** Prompt tokens that were in a cache. */
  readonly cachedTokens?: number | undefined;
  /**
   * The number of cached tokens that the frontend reports to its client. Dynamo's hears of it from
   * the worker that decodes, so it is 0 where another one prefills.
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

/** A worker, and its load at this moment. */
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

/**
 * The source of tokens: decides which worker serves a request and when each chunk of it leaves. The
 * frontend knows no more than this.
 */
export interface ServingModel {
  /** Takes a request on, or `overloaded`. Tokens add up to `work.outputTokens` unless cancelled. */
  serve(work: Work, onTokens: OnTokens): Service | 'overloaded';
  /** The workers as they are now. */
  workers(): readonly WorkerState[];
}

/**
 * The last token, from 1, of the chunk that follows so many sent tokens. As TensorRT-LLM's
 * `stream_interval`: the first token leaves alone, then a chunk at every multiple of the interval,
 * and the rest with the last token.
 */
export function chunkEnd(sent: number, outputTokens: number, streamInterval: number): number {
  if (sent === 0) return 1;
  return Math.min(outputTokens, (Math.floor(sent / streamInterval) + 1) * streamInterval);
}

/** 2^62: ids from here on need 64 bits, as those of real workers do. */
const FIRST_WORKER_ID = 2n ** 62n;

/** Names for so many workers: decimal, because they exceed 2^53. */
export function workerIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    String(FIRST_WORKER_ID + BigInt(1 + index * 1_000_003)),
  );
}
