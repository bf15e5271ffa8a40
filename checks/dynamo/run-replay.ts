import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { RequestRecord, RunState, Summary } from '@trace-replay/metrics';

/** What the command left behind. */
export interface Run {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly summary: Summary;
  /** In trace order. */
  readonly records: readonly RequestRecord[];
  /** The run's zero on the wall clock, which a server on this machine shares. */
  readonly zeroUnixMs: number;
}

/** Of a command that did not come as far as a run, only its end is known. */
export type Replay = Pick<Run, 'exitCode' | 'stderr'> &
  Partial<Run> & { readonly directory: string };

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs the command as it is built. Server and client share this machine, so nothing depends on the
 * verdict.
 *
 * @param name where the files of the run go, below `.cache`; what lies there is removed
 */
export async function runReplay(name: string, args: readonly string[]): Promise<Replay> {
  const directory = join(root, '.cache', name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const ended = await runCommand([
    ...['--artifact-dir', directory, '--json', '--progress', 'none', '--wait-for-model', '5'],
    '--no-fidelity-gate',
    ...args,
  ]);
  return { ...ended, directory, ...readRun(directory) };
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

function readRun(directory: string): Pick<Run, 'summary' | 'records' | 'zeroUnixMs'> | undefined {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const read = (file: string) => {
    const path = files.find((each) => basename(each) === file);
    return path === undefined ? undefined : readFileSync(join(directory, path), 'utf8');
  };
  const [lines, run, summary] = ['records.jsonl', 'run.json', 'summary.json'].map(read);
  if (lines === undefined || run === undefined || summary === undefined) return undefined;
  const records = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RequestRecord);
  return {
    zeroUnixMs: (JSON.parse(run) as RunState).zero?.unix_ms ?? NaN,
    summary: JSON.parse(summary) as Summary,
    records: records.toSorted((a, b) => a.row - b.row),
  };
}
