import type { JournalEntry, JournalOutcome } from './journal.ts';
import type { ServiceFacts } from '../serving/model.ts';

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
