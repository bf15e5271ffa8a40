import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Client, ClientReport } from '../clients/client.ts';
import { atEnd } from '../machine/at-end.ts';
import { type ClientRun, runClient } from './run-client.ts';
import type { ServerKind, ServerLog, ServerSettings } from '../servers/server.ts';
import { answeredByMs, type BenchRow, encodeBenchTrace } from '../input/trace.ts';

export interface Bench {
  readonly kind: ServerKind;
  /** Bytes of our body for so many prompt tokens. */
  readonly bodyBytes: (inputTokens: number) => number;
}

export interface Runnable {
  readonly client: Client;
  readonly server: ServerSettings;
  readonly rows: readonly BenchRow[];
}

/** A run as the client tells it, as the server saw it, and what it cost. */
export interface FinishedRun {
  readonly report: ClientReport;
  readonly log: ServerLog;
  readonly cost: ClientRun;
}

/** A client may take so long to start and to end, beside the trace and its last answer. */
const GRACE_MS = 300_000;

/** A fresh server, a fresh client; nothing of either is left behind. */
export async function runOnce(
  { client, server: settings, rows }: Runnable,
  { kind, bodyBytes }: Bench,
): Promise<FinishedRun> {
  const directory = mkdtempSync(join(tmpdir(), 'trace-replay-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const forget = atEnd(remove);
  const server = await kind.start(settings);
  try {
    const traceFile = join(directory, 'trace.jsonl');
    writeFileSync(traceFile, encodeBenchTrace(rows));
    const own = join(directory, 'client');
    mkdirSync(own);
    const { url, port, model, pid: serverPid } = server;
    const task = { url, port, model, rows, traceFile, directory: own, bodyBytes };
    const limitMs = answeredByMs(rows, settings) + GRACE_MS;
    const cost = await runClient(client.command(task), { cwd: directory, limitMs, serverPid });
    return { report: client.report(task, cost.ended), log: await server.log(), cost };
  } finally {
    await server.stop();
    remove();
    forget();
  }
}
