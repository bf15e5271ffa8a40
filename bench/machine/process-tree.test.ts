import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { watchProcessTree } from './process-tree.ts';

test('watchProcessTree() sees the memory of a grandchild', async () => {
  const grandchild = `const b = Buffer.alloc(150 * 2 ** 20, 1); setTimeout(() => b, 2500)`;
  const child = spawn(process.execPath, [
    '-e',
    `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(grandchild)}])`,
  ]);
  const watch = watchProcessTree(child.pid!);
  await once(child, 'exit');
  const usage = watch.stop();
  expect(usage.peakRssBytes).toBeGreaterThan(170 * 2 ** 20);
  expect(usage.cpuSeconds).toBeGreaterThan(0);
  expect(usage.samples.length).toBeGreaterThan(3);
});
