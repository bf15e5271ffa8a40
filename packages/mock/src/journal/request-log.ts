import type { ServiceFacts } from '../serving/model.ts';

/** How an exchange ended. `faulted` is a scenario that ended it itself. */
export type JournalResult = 'completed' | 'refused' | 'faulted' | 'client_gone';

/**
 * One request as the server saw it. Instants are nanoseconds of CLOCK_MONOTONIC, which all
 * processes of a host share, as decimal strings: they may exceed 2^53. An event that did not happen
 * is absent.
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
  readonly request_id?: string | undefined;
  readonly headers_ns: string;
  /** When the last byte of the body had been read. */
  readonly body_ns?: string | undefined;
  readonly body_bytes?: number | undefined;
  readonly body_sha256?: string | undefined;
  readonly prompt_tokens?: number | undefined;
  readonly output_tokens_asked?: number | undefined;
  /** Worker ids are decimal; both are equal where one worker does both phases. */
  readonly prefill_worker_id?: string | undefined;
  readonly decode_worker_id?: string | undefined;
  /** Prompt tokens that were in the cache, whatever the client read. */
  readonly cached_tokens?: number | undefined;
  /** The share of the prompt's blocks that a KV-aware router expected to be cached. */
  readonly kv_hit_rate?: number | undefined;
  readonly status?: number | undefined;
  /** Just before the first and the last chunk with tokens were handed to the socket. */
  readonly first_token_ns?: string | undefined;
  readonly last_token_ns?: string | undefined;
  /** Tokens made, those whose text fits no chunk among them. */
  readonly tokens_sent: number;
  /** Chunks with tokens in them. */
  readonly chunks_sent: number;
  readonly end_ns?: string | undefined;
  readonly outcome?: JournalResult | undefined;
  /** Handed to the socket − due, over the chunks of this answer. */
  readonly emission_lag_mean_ns?: number | undefined;
  readonly emission_lag_max_ns?: number | undefined;
}

/** The part of a request that is known when its headers have arrived. */
export interface Arrival {
  readonly request: number;
  readonly connection: number;
  readonly path: string;
  readonly headersNs: number;
}

/** Writes down one request while it is served. Instants are those of the server's timeline. */
export class RequestLog {
  readonly #onLag: (lagNs: number) => void;
  readonly arrival: Arrival;
  scenario = 'healthy';
  requestId: string | undefined;
  bodyNs: number | undefined;
  bodyBytes: number | undefined;
  bodySha256: string | undefined;
  promptTokens: number | undefined;
  outputTokensAsked: number | undefined;
  /** The model's facts, once it took the request on. */
  facts: ServiceFacts | undefined;
  status: number | undefined;
  firstTokenNs: number | undefined;
  lastTokenNs: number | undefined;
  tokensSent = 0;
  chunksSent = 0;
  endNs: number | undefined;
  /** Absent while it runs. */
  result: JournalResult | undefined;
  #lagSumNs = 0;
  #lagMaxNs = 0;

  constructor(arrival: Arrival, onLag: (lagNs: number) => void) {
    this.arrival = arrival;
    this.#onLag = onLag;
  }

  /** The instant from which times to tokens count: the body was complete. */
  get startNs(): number {
    return this.bodyNs ?? this.arrival.headersNs;
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

  /** Notes how it ended; the first call counts. */
  end(result: JournalResult, nowNs: number): void {
    if (this.result !== undefined) return;
    this.result = result;
    this.endNs = nowNs;
  }

  /** The entry, its instants moved by `zeroNs`. */
  entry(zeroNs: bigint): JournalEntry {
    const instant = (ns: number | undefined) =>
      ns === undefined ? undefined : String(zeroNs + BigInt(ns));
    const hasLag = this.chunksSent > 0;
    const { request, connection, path, headersNs } = this.arrival;
    return {
      type: 'request',
      request,
      connection,
      path,
      scenario: this.scenario,
      request_id: this.requestId,
      headers_ns: String(zeroNs + BigInt(headersNs)),
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
      outcome: this.result,
      emission_lag_mean_ns: hasLag ? Math.round(this.#lagSumNs / this.chunksSent) : undefined,
      emission_lag_max_ns: hasLag ? this.#lagMaxNs : undefined,
    };
  }
}
