import type { RequestRecord } from '@trace-replay/metrics';

import { prepareRows } from './body/prepare.ts';
import { RowLedger } from './body/row-ledger.ts';
import type { Plan } from './plan.ts';
import { followRows } from './scan/follow.ts';

/**
 * Reads the selected rows, gives a record `not_sent` for each, and closes the trace: a replay that
 * was stopped before its start. It starts no thread.
 *
 * @returns the digest of no bodies
 * @throws {TraceError} if the trace changed since the plan was made
 */
export async function skipRows(
  { source, scan, schedule, options }: Plan,
  onRecord: (record: RequestRecord) => void,
) {
  const ledger = new RowLedger({ windowBytes: 0, nowNs: () => 0, onRecord });
  try {
    await prepareRows({
      rows: followRows(source, scan, schedule, { blockSize: options.blockSize }),
      schedule,
      targets: options.urls.length,
      senders: 1,
      ledger,
      build: () => Promise.reject(new Error('A row that is skipped has no body')),
      pace: () => Promise.resolve(),
      signal: AbortSignal.abort(),
    });
  } finally {
    await source.close();
  }
  return ledger.bodies.result();
}
