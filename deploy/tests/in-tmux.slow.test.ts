import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../image/in-tmux.mjs', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'trace-replay-tmux-'));
const runs: Run[] = [];
afterEach(() => {
  for (const run of runs.splice(0)) run.end();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const hasTmux = spawnSync('tmux', ['-V']).error === undefined;

test('on a machine of CI there is a tmux', () => {
  if (process.env['CI'] === 'true') expect(hasTmux).toBe(true);
});

/**
 * A program that prints a line, drains for 300 ms after SIGTERM, and exits with 6, as the replay
 * does. It exits after 30 s in any case.
 */
const DRAINING = `
  setTimeout(() => process.exit(9), 30_000);
  process.on('SIGTERM', () => { console.log('\\ndraining'); setTimeout(() => process.exit(6), 300); });
  console.log('terminal ' + process.stderr.isTTY, process.stdout.columns);
  process.stderr.on('error', () => undefined);
  setInterval(() => process.stderr.write('\\r\\u001b[Kbeat'), 50);
`;

describe.each([
  [`with tmux${hasTmux ? '' : ' (which is needed)'}`, true],
  ['without tmux', false],
])('in-tmux %s', (_name, withTmux) => {
  const skipped = withTmux && !hasTmux;
  test.skipIf(skipped)(
    'ends with the exit code of the command, and shows what it said',
    async () => {
      const run = start(withTmux, [
        '-e',
        'console.log("häl", process.argv[1]); process.exit(7)',
        'a;',
      ]);
      expect(await run.code).toBe(7);
      expect(run.stdout()).toContain('häl a;');
      if (!withTmux) expect(run.stderr()).toContain('tmux is not here');
    },
  );

  test.skipIf(skipped)(
    'passes SIGTERM on, waits for the drain, and ends with its code',
    async () => {
      const run = start(withTmux, ['-e', DRAINING]);
      await run.said(/terminal/);
      if (withTmux) expect(run.stdout()).toContain('terminal true 200');
      const asked = performance.now();
      run.child.kill('SIGTERM');
      expect(await run.code).toBe(6);
      expect(performance.now() - asked).toBeGreaterThan(290);
      expect(run.stdout()).toContain('draining');
    },
  );

  test.skipIf(skipped)('a command that dies of a signal ends with 128 and its number', async () => {
    const run = start(withTmux, ['-e', 'process.kill(process.pid, "SIGKILL")']);
    expect(await run.code).toBe(137);
  });

  test.skipIf(skipped)('a command that cannot be found ends with 127', async () => {
    const run = start(withTmux, [], 'no-such-command');
    expect(await run.code).toBe(127);
  });
});

describe.skipIf(!hasTmux)('in-tmux (tmux is needed)', () => {
  test('is a session called "benchmark", which can be attached to', async () => {
    const run = start(true, ['-e', DRAINING]);
    await run.said(/terminal/);
    expect(run.tmux('list-sessions', '-F', '#{session_name}')).toBe('benchmark\n');
    await pause(200);
    expect(run.tmux('capture-pane', '-p', '-t', 'benchmark')).toContain('beat');
    // What Ctrl+C does in an attached terminal.
    run.tmux('send-keys', '-t', 'benchmark', 'C-c');
    expect(await run.code).toBe(130);
  });

  test('lingers with its session after the end, until a signal', async () => {
    const run = start(true, ['-e', 'console.log("done"); process.exit(3)'], process.execPath, '60');
    await run.said(/done/);
    await run.said(/ended with 3\. This pod stays for 60 s more/, 'stderr');
    expect(run.tmux('capture-pane', '-p', '-S', '-', '-t', 'benchmark')).toContain('done');
    run.child.kill('SIGTERM');
    expect(await run.code).toBe(3);
  });

  test('goes when the process that started it is killed, once the command has ended', async () => {
    const run = start(true, ['-e', 'console.log("runs"); setTimeout(() => undefined, 1500)']);
    await run.said(/runs/);
    run.child.kill('SIGKILL');
    await run.code;
    expect(run.hasServer()).toBe(true);
    for (let waited = 0; run.hasServer() && waited < 20_000; waited += 100) await pause(100);
    expect(run.hasServer()).toBe(false);
  });

  test('a session that is taken away takes the run not with it', async () => {
    const file = join(scratch, 'whole');
    const write = `setTimeout(() => process.exit(require('fs').writeFileSync('${file}', '')), 1500);`;
    const run = start(true, ['-e', `${write} ${DRAINING}`]);
    await run.said(/terminal/);
    run.tmux('kill-session', '-t', 'benchmark');
    // Node cannot reset a terminal that has gone: it aborts, and sometimes crashes.
    expect([134, 139]).toContain(await run.code);
    expect(existsSync(file)).toBe(true);
    expect(run.stderr()).toContain('The session was taken away');
  });
});

interface Run {
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  said(pattern: RegExp, where?: 'stdout' | 'stderr'): Promise<void>;
  tmux(...args: string[]): string;
  hasServer(): boolean;
  /** Ends all its processes, also after a failed test. */
  end(): void;
}

/** Starts the script with a tmux server of its own, or where there is no tmux. */
function start(
  withTmux: boolean,
  args: readonly string[],
  command = process.execPath,
  lingerSeconds = '0',
): Run {
  const place = mkdtempSync(join(scratch, 'run-'));
  mkdirSync(join(place, 'bin'));
  const path = withTmux ? process.env['PATH'] : join(place, 'bin');
  const env = {
    PATH: path,
    TMUX_TMPDIR: place,
    TMPDIR: place,
    LC_ALL: 'C.UTF-8',
    BENCHMARK_LINGER_SECONDS: lingerSeconds,
  };
  const child = spawn(process.execPath, [script, command, ...args], { env, stdio: 'pipe' });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (text.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (text.stderr += String(chunk)));
  const run: Run = {
    child,
    code: new Promise((resolve) => child.on('close', resolve)),
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    async said(pattern, where = 'stdout') {
      for (let waited = 0; !pattern.test(text[where]) && waited < 20_000; waited += 20)
        await pause(20);
      expect(text[where]).toMatch(pattern);
    },
    tmux: (...tmuxArgs) => execFileSync('tmux', tmuxArgs, { env, encoding: 'utf8' }),
    hasServer: () => spawnSync('tmux', ['list-sessions'], { env }).status === 0,
    end() {
      child.kill('SIGKILL');
      if (withTmux) spawnSync('tmux', ['kill-server'], { env });
      for (const name of readdirSync(place, { recursive: true, encoding: 'utf8' })) {
        if (basename(name) === 'pid') kill(Number(readFileSync(join(place, name), 'utf8')));
      }
    },
  };
  runs.push(run);
  return run;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
