import { expect, test } from 'vitest';

import { releaseMemory } from './release-memory.ts';

const MB = 1e6;

test('releaseMemory() frees a body at once, not when garbage is collected', () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 20; i++) {
    const body = new Uint8Array(MB);
    releaseMemory(body);
    expect(body.byteLength).toBe(0);
  }
  // Other tests of this process may hold a little more than before.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5 * MB);
});

test('releaseMemory() leaves a body that is a part of a larger buffer', () => {
  const buffer = new ArrayBuffer(8);
  const body = new Uint8Array(buffer, 2, 4);
  releaseMemory(body);
  expect([body.byteLength, buffer.byteLength]).toEqual([4, 8]);
});
