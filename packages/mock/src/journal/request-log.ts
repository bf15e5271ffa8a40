import type { ServiceFacts } from '../serving/model.ts';

/** How an exchange ended; absent while it runs. `faulted` is a scenario that ended it itself. */
export type JournalOutcome = 'completed' | 'refused' | 'faulted' | 'client_gone';

/**
 * One request as the server saw it. Instants are nanoseconds of CLOCK_MONOTONIC, which all
 * processes of a host share, as decimal strings: they may exceed 2^53. What did not happen is
 * absent.
 */
export interface JournalEntry {
  readonly type: 'request';
  /** From 1, in the order the headers arrived. */
  readonly request: number;
  /** From 1, in the order connections were opened; requests on one socket share it. */
  readonly connection: number;
  readonly path: string;
  /** Kind of the scenario that was chosen. */
  readonly scenario: string;
  readonly request_id?: string;
  readonly headers_ns: string;
  /** When the last byte of the body had been read. */
  readonly body_ns?: string;
  readonly body_bytes?: number;
  readonly body_sha256?: string;
  readonly prompt_tokens?: number;
  readonly output_tokens_asked?: number;
  /** Worker ids are decimal; both are equal where one worker does both phases. */
  readonly prefill_worker_id?: string;
  readonly decode_worker_id?: string;
  /** Prompt tokens that were in the cache, whatever the client was told. */
  readonly cached_tokens?: number;
  /** What a KV-aware router expected of it, as a share of the prompt's blocks. */
  readonly kv_hit_rate?: number;
  readonly status?: number;
  /** Just before the first and the last chunk with tokens were handed to the socket. */
  readonly first_token_ns?: string;
  readonly last_token_ns?: string;
  /** Tokens made, those whose text fits no chunk among them. */
  readonly tokens_sent: number;
  /** Chunks with tokens in them. */
  readonly chunks_sent: number;
  readonly end_ns?: string;
  readonly outcome?: JournalOutcome;
  /** Handed to the socket − due, over the chunks of this answer. */
  readonly emission_lag_mean_ns?: number;
  readonly emission_lag_max_ns?: number;
}

/** What is known of a request when its headers have arrived. */
export interface Arrival {
  readonly request: number;
  readonly connection: number;
  readonly path: string;
  readonly headersNs: number;
}

/** Writes down one request while it is served. Instants are those of the server's timeline. */
export class RequestLog {
  readonly #onLag: (lagNs: number) => void;
  readonly request: number;
  readonly connection: number;
  readonly path: string;
  readonly headersNs: number;
  scenario = 'healthy';
  requestId: string | undefined;
  bodyNs: number | undefined;
  bodyBytes: number | undefined;
  bodySha256: string | undefined;
  promptTokens: number | undefined;
  outputTokensAsked: number | undefined;
  /** What the model knows, once it took the request on. */
  facts: ServiceFacts | undefined;
  status: number | undefined;
  firstTokenNs: number | undefined;
  lastTokenNs: number | undefined;
  tokensSent = 0;
  chunksSent = 0;
  endNs: number | undefined;
  outcome: JournalOutcome | undefined;
  #lagSumNs = 0;
  #lagMaxNs = 0;

  constructor(arrival: Arrival, onLag: (lagNs: number) => void) {
    this.request = arrival.request;
    this.connection = arrival.connection;
    this.path = arrival.path;
    this.headersNs = arrival.headersNs;
    this.#onLag = onLag;
  }

  /** Notes a chunk with tokens that was due at `dueNs` and is handed to the socket at `nowNs`. */
  chunk(tokens: number, dueNs: number, nowNs: number): void {
    this.firstTokenNs ??= nowNs;
    this.lastTokenNs = nowNs;
    this.tokensSent += tokens;
    this.chunksSent += 1;
    const lagNs = nowNs - dueNs;
    this.#lagSumNs += lagNs;
    if (lagNs > this.#lagMaxNs) this.#lagMaxNs = lagNs;
    this.#onLag(lagNs);
  }

  /** Notes how it ended; the first word counts. */
  end(outcome: JournalOutcome, nowNs: number): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.endNs = nowNs;
  }

  /** The entry, its instants moved by `zeroNs`. */
  entry(zeroNs: bigint): JournalEntry {
    const instant = (ns: number | undefined) =>
      ns === undefined ? undefined : String(zeroNs + BigInt(ns));
    const hasLag = this.chunksSent > 0;
    return withoutAbsent({
      type: 'request',
      request: this.request,
      connection: this.connection,
      path: this.path,
      scenario: this.scenario,
      request_id: this.requestId,
      headers_ns: String(zeroNs + BigInt(this.headersNs)),
      body_ns: instant(this.bodyNs),
      body_bytes: this.bodyBytes,
      body_sha256: this.bodySha256,
      prompt_tokens: this.promptTokens,
      output_tokens_asked: this.outputTokensAsked,
      prefill_worker_id: this.facts?.prefillWorkerId,
      decode_worker_id: this.facts?.decodeWorkerId,
      cached_tokens: this.facts?.cachedTokens,
      kv_hit_rate: this.facts?.kvHitRate,
      status: this.status,
      first_token_ns: instant(this.firstTokenNs),
      last_token_ns: instant(this.lastTokenNs),
      tokens_sent: this.tokensSent,
      chunks_sent: this.chunksSent,
      end_ns: instant(this.endNs),
      outcome: this.outcome,
      emission_lag_mean_ns: hasLag ? Math.round(this.#lagSumNs / this.chunksSent) : undefined,
      emission_lag_max_ns: hasLag ? this.#lagMaxNs : undefined,
    });
  }
}

type Absentable<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };

function withoutAbsent(entry: Absentable<JournalEntry>): JournalEntry {
  const there = Object.entries(entry).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as unknown as JournalEntry;
}
