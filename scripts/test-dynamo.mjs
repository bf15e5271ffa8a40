// Sets up a real Dynamo on loopback with the scripts beside the project, runs the tests against it,
// and stops whatever they started, also after a failure or a signal. Arguments go to vitest.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scripts = fileURLToPath(new URL('../../shared/dynamo/', import.meta.url));
const VERSIONS = ['1.6.1', '1.3.1'];
/** A deployment takes every third port, and ports from 61 and 81 above it. */
const DEPLOYMENTS = 6;
const PORTS_APART = 3;
const FIRST_PORTS = [18_400, 19_400, 20_400, 21_400];
const KILL_MS = 10_000;

if (!existsSync(scripts)) {
  const isRequired = process.env.TRACE_REPLAY_REQUIRE_SHARED === '1';
  console.log(
    `${isRequired ? 'Cannot test' : 'Skipped: the tests'} against a real Dynamo need ` +
      `../shared/dynamo, which is not there.`,
  );
  process.exit(isRequired ? 1 : 0);
}

for (const version of VERSIONS) runScript('setup.sh', { DYNAMO_VERSION: version });
const firstPort = await findPorts();
const ports = Array.from({ length: DEPLOYMENTS }, (_, index) => firstPort + PORTS_APART * index);

// A group of its own, so that a signal reaches vitest, its workers and the replay that they run.
const child = spawn(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    ...['run', '--config', 'vitest.dynamo.config.mjs', ...process.argv.slice(2)],
  ],
  {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DYNAMO_TEST_PORT: String(firstPort) },
  },
);
let signalled;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    signalled ??= signal;
    killGroup('SIGTERM');
    setTimeout(() => killGroup('SIGKILL'), KILL_MS).unref();
  });
}
child.on('close', (status) => {
  if (signalled !== undefined) killGroup('SIGKILL');
  for (const port of ports) runScript('down.sh', { PORT: String(port) });
  process.exit(signalled === undefined ? (status ?? 1) : 130);
});

function killGroup(signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended.
  }
}

function runScript(name, env) {
  execFileSync(scripts + name, { stdio: 'inherit', env: { ...process.env, ...env } });
}

/** A range of ports that nobody has; another checkout may be testing at the same time. */
async function findPorts() {
  const last = PORTS_APART * DEPLOYMENTS + 81;
  for (const first of FIRST_PORTS) {
    const all = Array.from({ length: last }, (_, index) => first + index);
    const free = await Promise.all(all.map(isFree));
    if (free.every(Boolean)) {
      // What a killed run of long ago has left: its pid files.
      for (let index = 0; index < DEPLOYMENTS; index += 1) {
        runScript('down.sh', { PORT: String(first + PORTS_APART * index) });
      }
      return first;
    }
  }
  throw new Error(`Cannot find free ports from any of ${FIRST_PORTS.join(', ')}`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
