// Runs a command in a tmux session called "benchmark", to which a person can attach:
//
//   node in-tmux.mjs COMMAND [ARGUMENT…]          the first process of the pod
//   kubectl exec -it POD -- tmux a -t benchmark   what a person types
//
// The command gets the pod's signals, its output is in the pod's log, and its exit code is the
// pod's. Where tmux is missing or cannot start, the command runs without it.
// BENCHMARK_LINGER_SECONDS keeps the pod and the session that long after the end.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { createLogTail } from './log-tail.mjs';

const SESSION = 'benchmark';
const TICK_MS = 200;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'];

// The outer shell survives a hang-up of the terminal, writes the command's exit code, and keeps the
// session for as long as this process lives.
const PANE = `
trap : HUP INT TERM
owner=$1; shift
sh -c 'echo $$ >"$0/pid"; exec "$@"' "$@"
echo $? >"$1/ended.part" && mv "$1/ended.part" "$1/ended"
while kill -0 "$owner" 2>/dev/null; do sleep 1; done
`;

const command = process.argv.slice(2);
if (command.length === 0) {
  console.error('Cannot run: no command is given, expected one\n  node in-tmux.mjs COMMAND …');
  process.exit(2);
}

/** Called with each signal that this process gets; each phase sets its own. */
let onSignal = () => undefined;
for (const name of SIGNALS) process.on(name, () => onSignal(name));

const directory = mkdtempSync(join(tmpdir(), 'in-tmux-'));
process.exitCode = startSession() ? await followSession() : await runPlainly();
rmSync(directory, { recursive: true, force: true });

function startSession() {
  const pane = ['sh', '-c', PANE, 'sh', String(process.pid), directory, ...command];
  const size = ['-x', '200', '-y', '50'];
  const { status, error, stderr } = tmux(
    // A semicolon at the end of an argument is tmux's own.
    ...['new-session', '-d', '-s', SESSION, ...size, ...pane.map(escaped), ';'],
    ...['pipe-pane', '-t', SESSION, `cat >>'${directory}/output'`],
  );
  if (status === 0) return true;
  const why = error ? 'tmux is not here' : `tmux says "${stderr.trim()}"`;
  console.error(`No session to attach to: ${why}. The lines of the run are in this log.`);
  return false;
}

async function followSession() {
  console.error(`To watch: tmux a -t ${SESSION} in this pod; Ctrl+B, then D, to leave.`);
  const tail = createLogTail(join(directory, 'output'), process.stdout);
  const asked = [];
  onSignal = (name) => asked.push(name);
  while (!existsSync(join(directory, 'ended'))) {
    await pause(TICK_MS);
    const pid = read('pid');
    // A signal waits until the command has a process.
    while (pid !== undefined && asked.length > 0) signal(Number(pid), asked.shift());
    tail.relay();
    if (pid !== undefined && !isAlive(Number(pid)) && !(await endsWithin(2000))) {
      console.error(
        'Cannot tell how the command ended: its session was taken away, expected a code',
      );
      return 1;
    }
  }
  // The command's last output may still be on its way from tmux to the file.
  await pause(TICK_MS);
  tmux('pipe-pane', '-t', SESSION);
  await pause(TICK_MS);
  tail.finish();
  if (tmux('has-session', '-t', SESSION).status !== 0) {
    console.error(
      'The session was taken away during the run. Node ends with 134 or 139 for that reason.',
    );
  }
  await linger();
  tmux('kill-session', '-t', SESSION);
  return Number(read('ended'));
}

async function linger() {
  const seconds = Number(process.env['BENCHMARK_LINGER_SECONDS'] ?? 0);
  if (!(seconds > 0)) return;
  const over = new AbortController();
  onSignal = () => over.abort();
  console.error(`The command ended with ${read('ended')}. This pod stays for ${seconds} s more.`);
  await pause(seconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
}

function runPlainly() {
  const child = spawn(command[0], command.slice(1), { stdio: 'inherit' });
  onSignal = (name) => child.kill(name);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`Cannot run "${command[0]}": ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, name) => resolve(code ?? 128 + constants.signals[name]));
  });
}

async function endsWithin(milliseconds) {
  for (
    let waited = 0;
    waited < milliseconds && !existsSync(join(directory, 'ended'));
    waited += 50
  ) {
    await pause(50);
  }
  return existsSync(join(directory, 'ended'));
}

function tmux(...args) {
  return spawnSync('tmux', ['-u', ...args], { encoding: 'utf8' });
}

function escaped(argument) {
  return argument.replace(/;$/, '\\;');
}

function read(name) {
  const text = existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'utf8') : '';
  return text.endsWith('\n') ? text.trim() : undefined;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    // As the first process of a pod we may be the parent of a dead one.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return error.syscall !== 'kill' && existsSync(`/proc/${pid}`);
  }
}
