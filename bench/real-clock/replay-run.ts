import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { ClientReport, Ended } from '../clients/client.ts';
import { replayClient } from '../clients/replay.ts';
import { type BenchRow, encodeBenchTrace } from '../input/trace.ts';

export interface ReplayRun {
  readonly ended: Ended;
  /** `summary.json`. */
  readonly summary: SummaryFile;
  readonly report: ClientReport;
}

/** What the tests look at in `summary.json`. */
export interface SummaryFile {
  readonly rows: { readonly total: number; readonly ok: number };
  readonly metrics: Readonly<Record<string, { readonly mean: number }>>;
}

export interface ReplayTask {
  readonly url: string;
  readonly rows: readonly BenchRow[];
  readonly flags?: readonly string[];
  /** Called when the process runs. */
  readonly onStarted?: (pid: number) => void;
}

/** Runs the built command against a server, as a user does, and reads what it left. */
export async function runReplay(task: ReplayTask): Promise<ReplayRun> {
  const { url, rows, flags = [], onStarted } = task;
  const scratch = mkdtempSync(join(tmpdir(), 'trace-replay-real-clock-'));
  try {
    const traceFile = join(scratch, 'trace.jsonl');
    writeFileSync(traceFile, encodeBenchTrace(rows));
    const directory = join(scratch, 'artifacts');
    mkdirSync(directory);
    const client = replayClient(flags);
    const run = { url, port: Number(new URL(url).port), model: 'mock-model', rows, traceFile };
    const clientTask = { ...run, directory, bodyBytes: () => 0 };
    const { file, args } = client.command(clientTask);
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'exit') as Promise<[code: number | null]>;
    onStarted?.(child.pid!);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      exit,
    ]);
    const ended = { stdout, stderr, code };
    const report = client.report(clientTask, ended);
    return { ended, report, summary: JSON.parse(stdout) as SummaryFile };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
