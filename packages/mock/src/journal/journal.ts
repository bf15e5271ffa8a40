import type { MonotonicClock } from '../time/clock.ts';
import { LagHistogram, type LagSummary } from './lag-histogram.ts';
import { type Arrival, type JournalEntry, RequestLog } from './request-log.ts';

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
        connections: new Set(this.#logs.map((log) => log.arrival.connection)).size,
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
