import { expect, test } from 'vitest';

import { createRandom } from '../../time/random.ts';
import { KvCache, type Lease } from './kv-cache.ts';

const keys = (...of: number[]) => Float64Array.from(of);
const cache = (capacityBlocks: number, isShared = true) =>
  new KvCache({ capacityBlocks, isShared });

/** A request that comes, is computed and goes; returns the blocks it found. */
function use(kv: KvCache, ...of: number[]): number | undefined {
  const lease = kv.acquire(keys(...of), of.length);
  if (lease === undefined) return undefined;
  kv.publish(lease);
  kv.release(lease);
  return lease.hitBlocks;
}

function taken(lease: Lease | undefined): Lease {
  if (lease === undefined) throw new Error('no room');
  return lease;
}

test('KvCache finds the blocks with which an earlier prompt began', () => {
  const kv = cache(10);
  expect(use(kv, 1, 2, 3)).toBe(0);
  expect(use(kv, 1, 2, 4)).toBe(2);
  expect(use(kv, 9, 2, 3)).toBe(0);
  expect(kv.match(keys(1, 2, 4))).toBe(3);
});

test('KvCache drops the block not used for longest, and of one prompt the last', () => {
  const kv = cache(4);
  use(kv, 1, 2);
  use(kv, 3, 4);
  use(kv, 1);
  use(kv, 5);
  expect([kv.match(keys(1, 2)), kv.match(keys(3, 4))]).toEqual([1, 2]);
  use(kv, 6, 7);
  expect([kv.match(keys(3)), kv.match(keys(1)), kv.match(keys(5))]).toEqual([0, 1, 1]);
});

test('KvCache keeps what is in use, and has no room while all of it is', () => {
  const kv = cache(4);
  const first = taken(kv.acquire(keys(1, 2), 3));
  kv.publish(first);
  expect(kv.usedBlocks).toBe(3);
  expect(kv.acquire(keys(3, 4), 2)).toBeUndefined();
  const second = taken(kv.acquire(keys(1, 2), 3));
  expect([second.hitBlocks, kv.usedBlocks]).toEqual([2, 4]);
  kv.release(first);
  expect(kv.usedBlocks).toBe(3);
  kv.release(second);
  expect([kv.usedBlocks, kv.match(keys(1, 2))]).toEqual([0, 2]);
});

test('KvCache lets two requests with the same new prompt share it from the moment it is there', () => {
  const kv = cache(10);
  const first = taken(kv.acquire(keys(1, 2), 2));
  const second = taken(kv.acquire(keys(1, 2), 2));
  expect([second.hitBlocks, kv.usedBlocks]).toEqual([0, 4]);
  kv.publish(first);
  kv.publish(second);
  expect(kv.usedBlocks).toBe(2);
  kv.release(first);
  expect(kv.usedBlocks).toBe(2);
  kv.release(second);
  expect(kv.usedBlocks).toBe(0);
});

test('KvCache forgets a prompt that was given up before it was computed', () => {
  const kv = cache(3);
  kv.release(taken(kv.acquire(keys(1, 2), 3)));
  expect([kv.usedBlocks, kv.match(keys(1))]).toEqual([0, 0]);
});

test('KvCache without sharing only counts', () => {
  const kv = cache(3, false);
  expect([use(kv, 1, 2), use(kv, 1, 2)]).toEqual([0, 0]);
  const lease = taken(kv.acquire(keys(1, 2), 3));
  expect(kv.acquire(keys(1), 1)).toBeUndefined();
  kv.release(lease);
  expect(use(kv, 1)).toBe(0);
});

test('KvCache agrees with a list that does the same slowly', () => {
  const random = createRandom(5);
  const kv = cache(12);
  let list: number[] = [];
  for (let step = 0; step < 2000; step += 1) {
    // Paths in a tree, as prompts are: a block's key names the way to it.
    const prompt: number[] = [];
    for (let node = 1; prompt.length < 1 + random() * 6; node = prompt.at(-1)! * 3) {
      prompt.push(node + Math.floor(random() * 2));
    }
    const hits = prompt.findIndex((key) => !list.includes(key));
    expect(use(kv, ...prompt)).toBe(hits < 0 ? prompt.length : hits);
    list = [...prompt, ...list.filter((key) => !prompt.includes(key))].slice(0, 12);
  }
});
