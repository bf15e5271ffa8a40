import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { decodeJournal, type Journal } from './journal/journal.ts';
import { readMockOptions, type MockOptionsInput } from './scenario/options.ts';
import type { FromMock, ToMock } from './process.ts';

/** A mock in a process of its own. */
export interface MockProcess {
  /** For example `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** Everything since the start or the last reset. */
  readonly journal: () => Promise<Journal>;
  /** Forgets the journal. */
  readonly reset: () => Promise<void>;
  /** Ends the process and resolves when it is gone. Harmless when it is gone already. */
  readonly stop: () => Promise<void>;
}

/** How long a process has to end by itself, in milliseconds. */
const GRACE_MS = 3000;

/**
 * Starts a mock in a process of its own, so that it takes no time from the loop that measures it.
 * The process ends when this one does, whatever the reason.
 *
 * @returns once it listens
 * @throws {RangeError} if an option is wrong
 * @throws {Error} if the process cannot be started or cannot listen
 */
export async function startMock(options: MockOptionsInput = {}): Promise<MockProcess> {
  readMockOptions(options);
  const child = fork(entryFile(), ['mock/process'], {
    // Node's flags for the parent, such as --input-type, are not for the child.
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listening = firstMessage(child);
  child.send({ options } satisfies ToMock);
  const url = await listening;

  return {
    url,
    pid: child.pid!,
    journal: async () => decodeJournal(await (await fetch(`${url}/_journal`)).text()),
    reset: async () => {
      await (await fetch(`${url}/_reset`, { method: 'POST' })).text();
    },
    stop: () => stop(child, exited),
  };
}

/** The one entry of a bundle (scripts/bundle.mjs), which reads in `argv` whose process it is. */
declare const BUNDLE_FILE: string | undefined;

/** The compiled entry, also when this module runs from its source. */
function entryFile(): string {
  if (typeof BUNDLE_FILE !== 'undefined') return BUNDLE_FILE;
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(
    new URL(fromSource ? '../dist/process.js' : './process.js', import.meta.url),
  );
  if (!existsSync(file)) {
    throw new Error(`Cannot start mock "${file}": it is missing, expected the built package`);
  }
  return file;
}

/** The URL on which the process listens. */
function firstMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`Cannot start mock: it ended with ${signal ?? `code ${code}`} at once`));
    });
    child.once('message', (message: FromMock) => {
      if ('url' in message) resolve(message.url);
      else reject(new Error(message.error));
    });
  });
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(timer);
}
