import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { replayClient } from '../clients/replay.ts';
import { encodeBenchTrace } from '../input/trace.ts';
import { atEnd } from '../machine/at-end.ts';
import type { ServerKind, ServerSettings } from '../servers/server.ts';
import { startCapture } from '../wire/capture.ts';
import type { CalibrationCase } from './cases.ts';
import { disturbedCommand, startDisturbing } from './disturb.ts';

/** What a run left, beside the client's own `run.json` and `records.jsonl`. */
export interface CaseFile {
  readonly name: string;
  readonly at: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly droppedPackets: number;
  readonly clockNs: number;
  readonly loadAverage: number;
}

/** A line of `wire.jsonl`. Instants: CLOCK_MONOTONIC, ns, as text. */
export interface WireLine {
  readonly row: number;
  readonly sentNs: string;
  readonly connectNs?: number;
  readonly contentNs: readonly string[];
}

export interface CaseTools {
  readonly kind: ServerKind;
  /** Built from `native/capture.c`. */
  readonly capture: string;
}

/** Enough for 100 MB of events and as much of other packets. */
const RING_MEGABYTES = 384;
/** From the start of the client's process to its first row, about. */
const START_MS = 1200;

/** The limits are such that some decisions are close: half as much again as the server's times. */
function objectives({ ttftMs, itlMs }: ServerSettings): string {
  return `time_to_first_token:${ttftMs * 1.5} inter_token_latency:${itlMs * 1.5}`;
}

/**
 * Runs a case against a fresh server and keeps what it left, with what was on the wire.
 *
 * @param into a directory that does not exist yet
 */
export async function runCase(
  { name, rows, server: settings, disturbance }: CalibrationCase,
  { kind, capture: program }: CaseTools,
  into: string,
): Promise<CaseFile> {
  const directory = mkdtempSync(join(tmpdir(), 'trace-replay-calibration-'));
  const forget = atEnd(() => rmSync(directory, { recursive: true, force: true }));
  const server = await kind.start(settings);
  try {
    const traceFile = join(directory, 'trace.jsonl');
    writeFileSync(traceFile, encodeBenchTrace(rows));
    const own = join(directory, 'client');
    mkdirSync(own);
    const { url, port, model } = server;
    const task = { url, port, model, rows, traceFile, directory: own, bodyBytes: () => 0 };
    const limits = ['--goodput', objectives(settings), '--wait-for-model', '20'];
    const flags = [...limits, '--time-unit', 'ms'];
    const command = disturbedCommand(replayClient(flags).command(task), disturbance);
    const wire = join(directory, 'packets.bin');
    const capture = await startCapture(program, { port, file: wire, megabytes: RING_MEGABYTES });
    const { code, stdout, stderr } = await runDisturbed(command, { rows, disturbance });
    const { requests, dropped, clockNs } = await capture.stop();
    const [run] = readdirSync(own);
    const caseFile: CaseFile = {
      name,
      at: new Date().toISOString(),
      exitCode: code,
      stderr,
      droppedPackets: dropped,
      clockNs,
      loadAverage: loadavg()[0]!,
    };
    mkdirSync(into, { recursive: true });
    if (run !== undefined && stdout.startsWith('{')) {
      cpSync(join(own, run, 'trace'), into, { recursive: true });
      writeFileSync(join(into, 'summary.json'), stdout);
    }
    const lines = [...requests].map(([id, { sentNs, connectNs, contentNs }]) => {
      const line: WireLine = {
        row: Number(id.slice(id.lastIndexOf('-') + 1)),
        sentNs: String(sentNs),
        ...(connectNs !== undefined && { connectNs }),
        contentNs: contentNs.map(String),
      };
      return `${JSON.stringify(line)}\n`;
    });
    writeFileSync(join(into, 'wire.jsonl'), lines.join(''));
    writeFileSync(join(into, 'case.json'), `${JSON.stringify(caseFile, undefined, 2)}\n`);
    return caseFile;
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
    forget();
  }
}

async function runDisturbed(
  { file, args, env }: ReturnType<typeof disturbedCommand>,
  { rows, disturbance }: Pick<CalibrationCase, 'rows' | 'disturbance'>,
) {
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const forget = atEnd(() => child.kill('SIGKILL'));
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const spanMs = rows.at(-1)!.dueMs;
  const stop = startDisturbing(child, disturbance, START_MS + spanMs / 2);
  const [code] = (await once(child, 'exit')) as [number | null];
  stop();
  forget();
  const [stdout, stderr] = await output;
  return { code, stdout, stderr };
}
