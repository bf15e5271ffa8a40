import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { ROOT } from '../input/root.ts';

// As it is built: Node 20 reads no TypeScript.
const MODULE = fileURLToPath(new URL('.cache/bench/machine/at-end.js', ROOT));

test.each([
  { signal: 'SIGTERM', code: 143 },
  { signal: 'SIGINT', code: 130 },
] as const)('what atEnd() was given is done at $signal', async ({ signal, code }) => {
  const directory = mkdtempSync(join(tmpdir(), 'at-end-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const script = `
    import { rmSync } from 'node:fs';
    import { spawn } from 'node:child_process';
    import { atEnd } from ${JSON.stringify(MODULE)};
    const child = spawn('sleep', ['60'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
    atEnd(() => rmSync(${JSON.stringify(directory)}, { recursive: true }));
    atEnd(() => process.kill(-child.pid, 'SIGKILL'));
    atEnd(() => { throw new Error('one that fails'); });
    atEnd(() => process.stdout.write('not needed any more'))();
    process.stdout.write('ready');
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let output = '';
  parent.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  await once(parent.stdout, 'data');
  // Comes when nobody holds its output any more: the child has ended, too.
  const close = once(parent, 'close');
  parent.kill(signal);
  expect(await close).toEqual([code, null]);
  expect(existsSync(directory)).toBe(false);
  expect(output).toBe('ready');
});
