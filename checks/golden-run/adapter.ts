// The only door from the golden tests into the product. When files of the product move, the
// imports here change; tests, cases and golden files stay as they are.
import {
  Accumulator,
  encodeRecord,
  parseObjectives,
  parseRecord,
  type RequestRecord,
  summarize,
  type Summary,
  type SummaryContext,
} from '../../packages/metrics/src/index.ts';
import { type BodyOptions, createBodyWriter } from '../../packages/replayer/src/body/body.ts';
import { createConnections } from '../../packages/replayer/src/client/connections.ts';
import type { Clock, Timers } from '../../packages/replayer/src/time/clock.ts';
import { performRequest } from '../../packages/replayer/src/request/perform-request.ts';
import { createPromptWriter } from '../../packages/replayer/src/prompt/prompt.ts';
import { recordLost, recordNotSent } from '../../packages/replayer/src/request/record-outcome.ts';
import { createSchedule } from '../../packages/replayer/src/schedule/schedule.ts';
import { readRows } from '../../packages/replayer/src/trace/read.ts';
import type { TraceRow } from '../../packages/replayer/src/trace/row.ts';
import { scanTrace, type TraceScan } from '../../packages/replayer/src/scan/scan.ts';
import { isInShard } from '../../packages/replayer/src/schedule/shard.ts';
import { openTrace } from '../../packages/replayer/src/trace/source.ts';

export type { BodyOptions, RequestRecord, Summary, SummaryContext, TraceRow, TraceScan };

/** Where the client has its instants and its timers from. */
export type Time = Clock & Timers;

export interface Asked {
  readonly row: number;
  readonly dueNs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ClientOptions {
  readonly endpoint: 'chat' | 'completions';
  readonly outputLength: 'exact' | 'cap';
  readonly serverDetails: boolean;
  readonly maxConnections?: number;
  /** The server is known to send its first token alone, as the one of the golden run does. */
  readonly isFirstAlone?: boolean;
}

/** The client as a run uses it, for one server. */
export interface Client {
  /** Opens a socket ahead of a request. */
  expect(): void;
  /** Sends one request; returns what aborts it. */
  perform(asked: Asked, onRecord: (record: RequestRecord) => void): () => void;
  destroy(): void;
}

const DEADLINES = {
  connectMs: 30_000,
  firstTokenMs: 4000,
  betweenTokensMs: 2000,
  totalMs: 10_000,
};

export function openClient(url: string, time: Time, options: ClientOptions): Client {
  const { endpoint, outputLength, serverDetails, maxConnections, isFirstAlone = true } = options;
  const connections = createConnections({ origin: url }, { clock: time, maxConnections });
  const body = bodyWriter({
    ...{ endpoint, outputLength, serverDetails },
    model: 'mock-model',
    prompt: 'words',
  });
  return {
    expect: () => connections.expect(),
    perform: (asked, onRecord) =>
      performRequest(
        {
          ...asked,
          target: 0,
          body: body(Buffer.from('able '.repeat(asked.inputTokens).trimEnd()), asked.outputTokens),
        },
        onRecord,
        {
          connections,
          path: endpoint === 'chat' ? '/v1/chat/completions' : '/v1/completions',
          headers: { 'content-type': 'application/json' },
          exactLength: outputLength === 'exact',
          isFirstAlone,
          clock: time,
          timers: time,
          deadlines: DEADLINES,
        },
      ),
    destroy: () => connections.destroy(),
  };
}

export function notSent(asked: Asked): RequestRecord {
  return recordNotSent(asked);
}

export function lost(asked: Asked, endNs: number): RequestRecord {
  return recordLost(asked, endNs);
}

export function lineOf(record: RequestRecord): string {
  return encodeRecord(record);
}

export function recordOf(line: string): RequestRecord {
  return parseRecord(line);
}

export function summaryOf(
  records: Iterable<RequestRecord>,
  objectives: string,
  context: SummaryContext,
): Summary {
  const accumulator = new Accumulator({ objectives: parseObjectives(objectives) });
  for (const record of records) accumulator.add(record);
  return summarize(accumulator, context);
}

/** All rows of a trace file, and what a scan of it tells. */
export async function readTrace(path: string): Promise<{ rows: TraceRow[]; scan: TraceScan }> {
  const source = await openTrace(path);
  try {
    const scan = await scanTrace(source);
    const rows: TraceRow[] = [];
    for await (const some of readRows(source)) rows.push(...some);
    return { rows, scan };
  } finally {
    await source.close();
  }
}

export interface ShardOf {
  readonly index: number;
  readonly count: number;
}

/** The rows that a shard replays, by their index in the trace, and when each is due. */
export function dueTimes(
  timestampsMs: Float64Array,
  speedup: number,
  shard: ShardOf = { index: 0, count: 1 },
): { row: number; dueNs: number }[] {
  const { firstRow, dueNs } = createSchedule(timestampsMs, { speedup, shard });
  return [...dueNs]
    .map((due, place) => ({ row: firstRow + place, dueNs: due, place }))
    .filter(({ place }) => isInShard(shard, place))
    .map(({ row, dueNs: due }) => ({ row, dueNs: due }));
}

/** Prompts as words or as token ids. */
export function promptWriter(seed: number): Record<'words' | 'token-ids', (r: TraceRow) => Buffer> {
  const writer = createPromptWriter({ seed });
  return { words: (row) => writer.words(row), 'token-ids': (row) => writer.tokenIds(row) };
}

export function bodyWriter(
  options: BodyOptions,
): (prompt: Uint8Array, outputTokens: number) => Buffer {
  return createBodyWriter(options);
}
