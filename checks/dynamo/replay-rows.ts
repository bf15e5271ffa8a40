import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { RequestRecord, RunState, Summary } from '@trace-replay/metrics';

import {
  fetchFrontendCounters,
  type FrontendCounters,
  subtractCounters,
} from './frontend-counters.ts';

export interface ReplayTask {
  readonly url: string;
  /** A file of `../shared/traces`. */
  readonly trace: string;
  readonly rows: number;
  /** Where the files of the run go, below `.cache/dynamo`; what lies there is removed. */
  readonly name: string;
  readonly flags?: readonly string[];
}

/** What a replay left behind, and what the frontend counted meanwhile. */
export interface Replayed {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly summary: Summary;
  /** In trace order. */
  readonly records: readonly RequestRecord[];
  readonly counted: FrontendCounters;
  /** The run's zero on the wall clock, which the frontend shares. */
  readonly zeroUnixMs: number;
  /** Of this machine over the last minute of the replay: how much else ran. */
  readonly load: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
/** The frontend counts a request a moment after its last byte. */
const SETTLE_MS = 500;

/** Replays the first rows of a trace with the command as it is built, at the trace's own speed. */
export async function replayRows(task: ReplayTask): Promise<Replayed> {
  const { url, trace, rows, name, flags = [] } = task;
  const directory = join(root, '.cache/dynamo', name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const before = await fetchFrontendCounters(url);
  const { exitCode, stderr } = await runCommand([
    ...['--trace', `../shared/traces/${trace}`, '--url', url, '--limit', String(rows)],
    ...['--artifact-dir', directory, '--json', '--progress', 'none', '--wait-for-model', '5'],
    // Dynamo and the replay share this machine: how exact that is is no matter here.
    '--no-fidelity-gate',
    ...flags,
  ]);
  const load = loadavg()[0] ?? NaN;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const counted = subtractCounters(await fetchFrontendCounters(url), before);
  writeFileSync(join(directory, 'counted.json'), JSON.stringify({ load, ...counted }));
  return { exitCode, stderr, load, counted, ...readRun(directory, stderr) };
}

function runCommand(args: readonly string[]) {
  const child = spawn(process.execPath, ['packages/cli/dist/main.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise<{ exitCode: number | null; stderr: string }>((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, stderr }));
  });
}

function readRun(
  directory: string,
  stderr: string,
): Pick<Replayed, 'summary' | 'records' | 'zeroUnixMs'> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const read = (file: string) => {
    const path = files.find((each) => basename(each) === file);
    if (path === undefined) throw new Error(`Cannot find "${file}" of the run: ${stderr}`);
    return readFileSync(join(directory, path), 'utf8');
  };
  const lines = read('records.jsonl').trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line) as RequestRecord);
  const { zero } = JSON.parse(read('run.json')) as RunState;
  return {
    zeroUnixMs: zero?.unix_ms ?? NaN,
    summary: JSON.parse(read('summary.json')) as Summary,
    records: records.toSorted((a, b) => a.row - b.row),
  };
}
