// What the tests against real servers have in common: they need scripts beside the project, free
// ports, and an end that leaves no process behind.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const KILL_MS = 10_000;

/**
 * A folder of `../shared`. Where it is missing the process ends, and says what was skipped.
 *
 * @param {string} name of the folder
 * @param {string} servers that the tests are against
 */
export function sharedFolder(name, servers) {
  const folder = fileURLToPath(new URL(`../../shared/${name}/`, import.meta.url));
  if (existsSync(folder)) return folder;
  const isRequired = process.env.TRACE_REPLAY_REQUIRE_SHARED === '1';
  console.log(
    `${isRequired ? 'Cannot test' : 'Skipped: the tests'} against ${servers} need ` +
      `../shared/${name}, which is not there.`,
  );
  process.exit(isRequired ? 1 : 0);
}

/**
 * Runs vitest in a group of its own, so that a signal reaches vitest, its workers and whatever they
 * started. The arguments of this process go to it. At its end the group is killed, and this
 * process ends.
 *
 * @param {string} config below the root
 * @param {Record<string, string>} env
 * @param {() => void} onEnd removes what is no part of the group
 */
export function runLiveTests(config, env, onEnd = () => undefined) {
  const args = ['run', '--config', config, ...process.argv.slice(2)];
  const child = spawn(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  let signalled;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      signalled ??= signal;
      killGroup(child.pid, 'SIGTERM');
      setTimeout(() => killGroup(child.pid, 'SIGKILL'), KILL_MS).unref();
    });
  }
  child.on('close', (status) => {
    killGroup(child.pid, 'SIGKILL');
    onEnd();
    process.exit(signalled === undefined ? (status ?? 1) : 130);
  });
}

function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}

/**
 * The first port of a range that nobody has; another checkout may be testing at the same time.
 *
 * @param {number[]} firstPorts to choose from
 * @param {number} count of ports
 */
export async function findPorts(firstPorts, count) {
  for (const first of firstPorts) {
    const all = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(all.map(isFree));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`Cannot find ${count} free ports from any of ${firstPorts.join(', ')}`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
