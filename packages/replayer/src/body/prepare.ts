import type { RowRequest } from '../request/request.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TraceRow } from '../trace/row.ts';
import type { RowLedger } from './row-ledger.ts';
import type { BuildMessage, BuiltMessage } from './start-body-builder.ts';

export interface PrepareOptions {
  /** The selected rows, in order. */
  readonly rows: AsyncIterable<readonly TraceRow[]>;
  readonly schedule: Schedule;
  /** Header that carries the session of a row; none if absent. */
  readonly sessionHeader?: string | undefined;
  /** Number of targets, and of senders, which take turns. */
  readonly targets: number;
  readonly senders: number;
  readonly ledger: RowLedger;
  /** Has a row's body built and handed to its sender. */
  readonly build: (message: BuildMessage) => Promise<BuiltMessage>;
  /** Resolves when it is time to prepare a row that is due then. */
  readonly pace: (dueNs: number) => Promise<void>;
  /** From its abort on, rows are skipped. */
  readonly signal: AbortSignal;
}

/**
 * Has the body of every row built, one after another, and enters each row in the ledger.
 *
 * @throws after the last row, if a body could not be built: the rows after it are skipped
 * @throws at once, if the trace cannot be followed
 */
export async function prepareRows({
  rows,
  schedule,
  sessionHeader,
  targets,
  senders,
  ledger,
  build,
  pace,
  signal,
}: PrepareOptions): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  for await (const batch of rows) for (const row of batch) await prepare(row);
  if (failure) throw failure.error;

  async function prepare(row: TraceRow): Promise<void> {
    const place = row.index - schedule.firstRow;
    const request: RowRequest = {
      row: row.index,
      dueNs: schedule.dueNs[place] ?? 0,
      inputTokens: row.inputLength,
      outputTokens: row.outputLength,
      target: row.index % targets,
      ...sessionHeaders(row, sessionHeader),
    };
    if (!signal.aborted && !failure) await pace(request.dueNs);
    if (signal.aborted || failure) {
      ledger.skip(request);
      return;
    }
    // Rows due together go to different senders.
    const sender = Math.floor(place / schedule.shard.count) % senders;
    ledger.ask(request, sender);
    try {
      ledger.build(await build({ row, request, sender }));
    } catch (error) {
      failure = { error };
      ledger.failToBuild(row.index);
    }
  }
}

function sessionHeaders({ otherFields }: TraceRow, header: string | undefined) {
  const session = otherFields?.['session_id'];
  if (header === undefined || session === undefined || session === null) return {};
  // A header holds printable ASCII; anything else is escaped, so that names stay distinct.
  return {
    headers: {
      [header.toLowerCase()]: encodeURI(
        typeof session === 'string' ? session : JSON.stringify(session),
      ),
    },
  };
}
