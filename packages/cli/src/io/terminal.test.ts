import type { writeSync } from 'node:fs';
import { openSync } from 'node:fs';

import { expect, test } from 'vitest';

import { Terminal } from './terminal.ts';

const busy = () => Object.assign(new Error('busy'), { code: 'EAGAIN' });

/** A terminal that takes so many bytes a call, and none while it is not read. */
function stage(columns: number | undefined, mostBytes = 5) {
  const state = { isRead: true, screen: '' };
  const write = ((_descriptor: number, bytes: Buffer) => {
    if (!state.isRead) throw busy();
    const part = bytes.subarray(0, mostBytes);
    state.screen += part.toString();
    return part.length;
  }) as typeof writeSync;
  const descriptor = openSync('/dev/null', 'w');
  return { state, terminal: new Terminal(descriptor, () => columns, write) };
}

test.each([
  [0, 80],
  [undefined, 80],
  [120, 120],
])('Terminal of %s columns has %s', (columns, expected) => {
  expect(stage(columns).terminal.columns).toBe(expected);
});

test('Terminal writes all that a slow terminal takes in pieces', () => {
  const { state, terminal } = stage(80);
  terminal.write('a line of many pieces\n');
  expect(state.screen).toBe('a line of many pieces\n');
});

test('Terminal keeps what is not read, bounded, and writes it later', async () => {
  const { state, terminal } = stage(80, 1e6);
  state.isRead = false;
  const startMs = performance.now();
  for (let line = 0; line < 100_000; line++) terminal.write(`line ${line}\n`);
  expect(performance.now() - startMs).toBeLessThan(10_000);
  expect(state.screen).toBe('');
  state.isRead = true;
  await terminal.drain();
  expect(state.screen).toMatch(/^line 0\nline 1\n/);
  expect(state.screen.endsWith('\n')).toBe(true);
  expect(state.screen.length).toBeLessThanOrEqual(64 * 1024);
});

test('Terminal does not wait for ever for one that is never read', async () => {
  const { state, terminal } = stage(80);
  state.isRead = false;
  terminal.write('lost\n');
  await terminal.drain();
  expect(state.screen).toBe('');
});
