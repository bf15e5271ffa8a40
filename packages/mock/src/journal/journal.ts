import type { MonotonicClock } from '../time/clock.ts';
import { LagHistogram, type LagSummary } from './lag-histogram.ts';
import { RequestLog, type Arrival } from './request-log.ts';

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

/** The clock behind the instants, and one moment read on it and on the wall clock together. */
export interface JournalClock {
  readonly type: 'clock';
  readonly monotonic_ns: string;
  readonly unix_ms: number;
}

export interface JournalSummary {
  readonly type: 'summary';
  readonly requests: number;
  readonly connections: number;
  readonly emission_lag: LagSummary;
}

/** Everything since the start or the last reset. As JSONL: clock, requests, summary. */
export interface Journal {
  readonly clock: JournalClock;
  readonly requests: readonly JournalEntry[];
  readonly summary: JournalSummary;
}

/** Keeps the logs of all requests since the start or the last reset. */
export class JournalKeeper {
  readonly #clock: MonotonicClock;
  #logs: RequestLog[] = [];
  #lag = new LagHistogram();

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
  }

  open(arrival: Arrival): RequestLog {
    // The histogram of now: a stream that outlives a reset must not spoil the next count.
    const lag = this.#lag;
    const log = new RequestLog(arrival, (lagNs) => lag.record(lagNs));
    this.#logs.push(log);
    return log;
  }

  /** Forgets all requests; those still running are not taken up again. */
  reset(): void {
    this.#logs = [];
    this.#lag = new LagHistogram();
  }

  read(): Journal {
    const { zeroNs, zeroUnixMs } = this.#clock;
    return {
      clock: { type: 'clock', monotonic_ns: String(zeroNs), unix_ms: zeroUnixMs },
      requests: this.#logs.map((log) => log.entry(zeroNs)),
      summary: {
        type: 'summary',
        requests: this.#logs.length,
        connections: new Set(this.#logs.map((log) => log.connection)).size,
        emission_lag: this.#lag.summary(),
      },
    };
  }
}

/** One JSON value a line: the clock, each request, the summary. */
export function encodeJournal({ clock, requests, summary }: Journal): string {
  return [clock, ...requests, summary].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Takes `encodeJournal`'s text back. */
export function decodeJournal(text: string): Journal {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalClock | JournalEntry | JournalSummary);
  const clock = lines.find((line) => line.type === 'clock');
  const summary = lines.find((line) => line.type === 'summary');
  if (clock === undefined || summary === undefined) {
    throw new SyntaxError('Cannot read journal: clock or summary is missing, expected both');
  }
  return { clock, requests: lines.filter((line) => line.type === 'request'), summary };
}
