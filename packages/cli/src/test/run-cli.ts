import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../program.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whether standard input goes on after `input`. */
  readonly keepsInput?: boolean;
  /** Called with the process and what it has said so far, whenever it says more on stderr. */
  readonly onStderr?: (child: ChildProcess, stderr: string) => void;
  /** The same for stdout. */
  readonly onStdout?: (child: ChildProcess, stdout: string) => void;
  /** Called once, with the process. */
  readonly onSpawn?: (child: ChildProcess) => void;
  /** Shell text that the command is put into, in the place of `%`. */
  readonly shell?: string;
}

/** How exact a shared machine is, and how a run looks as a page, is no matter of most tests. */
const UNGATED = { REPLAY_NO_FIDELITY_GATE: 'true', REPLAY_NO_HTML: 'true' };

/**
 * Runs a command line in this process: a tenth of the cost of `spawnCli`. Not for two runs at once:
 * they share the environment and the signals.
 */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const given = { ...UNGATED, ...env };
  const before = Object.keys(given).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, given);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([stdout, stderr].map(text));
  try {
    const code = await runProgram(args, { stdout, stderr });
    stdout.end();
    stderr.end();
    const [out = '', err = ''] = await texts;
    return { code, stdout: out, stderr: err };
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Runs the built command in a process of its own, as a user does. */
export function spawnCli(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  const { env = {}, input = '', keepsInput, onSpawn, onStderr, onStdout, shell } = options;
  const command = [process.execPath, MAIN, ...args];
  const quoted = command.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ');
  const [file = '', ...rest] =
    shell === undefined ? command : ['/bin/bash', '-c', shell.replace('%', quoted)];
  const environment = { ...process.env, ...UNGATED, ...env };
  const child = spawn(file, rest, { env: environment, stdio: 'pipe' });
  onSpawn?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += String(text);
    onStdout?.(child, stdout);
  });
  child.stderr.on('data', (text) => {
    stderr += String(text);
    onStderr?.(child, stderr);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(input);
  if (keepsInput !== true) child.stdin.end();
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A directory for one test, and what lies in it. */
export interface Scratch {
  readonly path: string;
  write(name: string, text: string): string;
  read(name: string): string;
  /** Paths of all files, sorted. */
  files(below?: string): string[];
  /** The directory of the only run's results, below `artifacts`. */
  results(): string;
  remove(): void;
}

export function createScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'trace-replay-'));
  const files = (below = '') =>
    readdirSync(join(path, below), { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();
  return {
    path,
    files,
    write(name, text) {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    results() {
      const found = files('artifacts').find((file) => file.endsWith('/run.json'));
      if (found === undefined) throw new Error('no run.json was written');
      return found.slice(0, -'/run.json'.length);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A trace of `rows` rows, `gapMs` apart. */
export function traceText(rows: number, gapMs = 5, outputLength = 3): string {
  return Array.from({ length: rows }, (_, index) =>
    JSON.stringify({
      timestamp: index * gapMs,
      input_length: 20,
      output_length: outputLength,
      hash_ids: [index],
    }),
  )
    .join('\n')
    .concat('\n');
}
