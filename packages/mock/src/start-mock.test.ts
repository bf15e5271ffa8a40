import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { chatBody, exchangeRaw } from './test/raw-client.ts';
import { startMock } from './start-mock.ts';

/** Whether a process is there; signal 0 only asks. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('startMock() serves from another process and hands over its journal', async () => {
  const mock = await startMock({ latency: { ttftMs: 1, itlMs: 1 }, dialect: 'dynamo-1.3' });
  try {
    expect(mock.pid).not.toBe(process.pid);
    const { text } = await exchangeRaw(Number(new URL(mock.url).port), { body: chatBody() });
    expect(text).toContain('"service_tier":null');
    expect((await mock.journal()).requests).toMatchObject([
      { tokens_sent: 4, outcome: 'completed' },
    ]);
    await mock.reset();
    expect((await mock.journal()).requests).toEqual([]);
  } finally {
    await mock.stop();
  }
  expect(isAlive(mock.pid)).toBe(false);
  await mock.stop();
});

test('startMock() refuses wrong options without starting anything', async () => {
  await expect(startMock({ port: -1 })).rejects.toThrow('Cannot start mock: option "port"');
});

test('startMock() passes on why its process cannot listen', async () => {
  const first = await startMock();
  try {
    const port = Number(new URL(first.url).port);
    await expect(startMock({ port })).rejects.toThrow('EADDRINUSE');
  } finally {
    await first.stop();
  }
});

test('startMock() leaves no process behind when its parent is killed', async () => {
  const dist = fileURLToPath(new URL('../dist/index.js', import.meta.url));
  const script = `
    const { startMock } = await import(${JSON.stringify(dist)});
    console.log((await startMock()).pid);
    setInterval(() => {}, 1000);`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: [...stdio],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});
