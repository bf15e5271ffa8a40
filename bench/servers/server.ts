/** How the server behaves, milliseconds. */
export interface ServerSettings {
  readonly ttftMs: number;
  readonly itlMs: number;
  /** Added for 1,000 characters of the prompt; the referee's only. */
  readonly ttftMsPerKchar?: number;
}

/** One request as the server saw it. Instants: CLOCK_MONOTONIC, milliseconds. */
export interface ServedRequest {
  /** `x-request-id`, if the client sent one. */
  readonly requestId?: string;
  readonly headersAtMs: number;
  /** When the last byte of the body had been read. */
  readonly bodyAtMs?: number;
  readonly bodyBytes?: number;
  readonly firstTokenAtMs?: number;
  readonly lastTokenAtMs?: number;
  readonly tokens: number;
  /** The whole answer was sent. */
  readonly isOk: boolean;
}

export interface ServerLog {
  readonly requests: readonly ServedRequest[];
  /**
   * p99 of the time between two writes of one answer; absent where the server does not count it.
   */
  readonly gapP99Ms?: number;
}

/** A server in a process of its own, with a clock of its own. */
export interface BenchServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly model: string;
  log(): Promise<ServerLog>;
  stop(): Promise<void>;
}

/** What starts servers of one kind, always a fresh process. */
export interface ServerKind {
  readonly name: 'referee' | 'mock';
  start(settings: ServerSettings): Promise<BenchServer>;
}

/**
 * The requests that are rows of the trace. Of a client that names its requests, one without a name
 * is a question about readiness.
 */
export function rowRequests({ requests }: ServerLog): readonly ServedRequest[] {
  const named = requests.filter(({ requestId }) => requestId !== undefined);
  return named.length > 0 ? named : requests;
}
