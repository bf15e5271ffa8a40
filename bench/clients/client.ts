import type { BenchRow } from '../input/trace.ts';

/** What a client is to do in one run. */
export interface Task {
  readonly url: string;
  readonly port: number;
  readonly model: string;
  readonly rows: readonly BenchRow[];
  /** The rows as a Mooncake trace. */
  readonly traceFile: string;
  /** An empty directory of its own. */
  readonly directory: string;
  /** Bytes of our body for so many prompt tokens, so that all clients send bodies of one size. */
  readonly bodyBytes: (inputTokens: number) => number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How a client's process ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** One request as the client tells it, milliseconds. */
export interface ReportedRequest {
  /** `x-request-id` as sent, to find the request in the server's log. */
  readonly requestId: string;
  /** When it was due, CLOCK_MONOTONIC; of a client that tells its zero. */
  readonly dueAtMs?: number;
  /** First byte handed to the socket − due. */
  readonly sentLagMs?: number;
  readonly ttftMs?: number;
  readonly itlMs?: number;
}

/** A run's verdict on itself. */
export interface Verdict {
  readonly verdict: string;
  readonly reasons: readonly Reason[];
}

/** As `summary.json` has it: a kind and its figures, which `docs/fidelity.md` lists. */
export type Reason = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** What a client tells of its run; what it does not tell is absent. */
export interface ClientReport {
  /** Those whose answer was complete, in any order; empty for a client that tells only means. */
  readonly requests: readonly ReportedRequest[];
  readonly ttftMeanMs?: number;
  /** p99 of the time between two arrivals of one answer. */
  readonly gapP99Ms?: number;
  /** What the client says of its own run. */
  readonly verdict?: Verdict;
}

/** A load generator that can be held against others. */
export interface Client {
  readonly name: string;
  command(task: Task): Command;
  /** Due times after the first row, if they are not those of the trace to the microsecond. */
  readonly dueMs?: (rows: readonly BenchRow[]) => readonly number[];
  /** @throws {Error} if the run failed or what it left cannot be read */
  report(task: Task, ended: Ended): ClientReport;
}
