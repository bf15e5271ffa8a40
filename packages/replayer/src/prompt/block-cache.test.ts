import { expect, test } from 'vitest';

import { BlockCache, Doorkeeper } from './block-cache.ts';
import { sharedBlock } from './block.ts';

const text = (fill: number) => new Uint8Array(800).fill(fill);
/** Of a text of 800 bytes with its allowance. */
const COST = 1000;

/** Asks as prompts do: get, and offer what was not there. */
function use(cache: BlockCache, id: number | bigint): 'kept' | 'made' {
  if (cache.get(id)) return 'kept';
  cache.offer(id, text(Number(id)));
  return 'made';
}

test('BlockCache keeps a block from its second use on', () => {
  const cache = new BlockCache(10 * COST);
  expect([1, 1, 1, 1].map((id) => use(cache, id))).toEqual(['made', 'made', 'kept', 'kept']);
  expect(cache.get(1)).toEqual(text(1));
});

test('BlockCache lets blocks that come once drive nothing out', () => {
  const cache = new BlockCache(2 * COST);
  for (const id of [1, 2, 1, 2]) use(cache, id);
  for (let id = 100; id < 1000; id++) use(cache, id);
  expect([use(cache, 1), use(cache, 2)]).toEqual(['kept', 'kept']);
});

test('BlockCache lets the block not used for longest go first', () => {
  const cache = new BlockCache(2 * COST);
  for (const id of [1, 1, 2, 2, 1, 3, 3]) use(cache, id);
  expect([cache.get(1), cache.get(2), cache.get(3)].map(Boolean)).toEqual([true, false, true]);
});

test('BlockCache never holds more than its limit', () => {
  const cache = new BlockCache(5 * COST + 1);
  const kept = () => Array.from({ length: 20 }, (_, id) => cache.get(id)).filter(Boolean).length;
  for (let i = 0; i < 500; i++) {
    use(cache, (i * 7) % 20);
    use(cache, (i * 7) % 20);
    expect(kept()).toBeLessThanOrEqual(5);
  }
  expect(kept()).toBe(5);
});

test('BlockCache keeps nothing that is larger than its limit', () => {
  const cache = new BlockCache(COST - 1);
  expect([1, 1, 1].map((id) => use(cache, id))).toEqual(['made', 'made', 'made']);
  expect(cache.get(1)).toBeUndefined();
});

test('BlockCache keeps a copy', () => {
  const cache = new BlockCache(10 * COST);
  const buffer = text(1);
  cache.offer(1, buffer);
  cache.offer(1, buffer);
  buffer.fill(9);
  expect(cache.get(1)).toEqual(text(1));
});

test('BlockCache tells ids beyond 2^53 apart', () => {
  const cache = new BlockCache(10 * COST);
  const [one, other] = [2n ** 53n, 2n ** 53n + 1n];
  use(cache, one);
  use(cache, one);
  expect(cache.get(one)).toBeDefined();
  expect(cache.get(other)).toBeUndefined();
  expect(cache.get(2n ** 53n)).toBeDefined();
});

test('Doorkeeper knows what came before', () => {
  const door = new Doorkeeper();
  const ids = [0, 1, 2 ** 32, 2 ** 53 - 1, 2n ** 64n - 1n].map(sharedBlock);
  expect(ids.map((id) => door.knows(id))).toEqual([false, false, false, false, false]);
  expect(ids.map((id) => door.knows(id))).toEqual([true, true, true, true, true]);
});

test.each([
  ['neighbouring ids', (i: number) => i],
  ['ids 512 apart', (i: number) => i * 512],
  ['ids above 2^32', (i: number) => 2 ** 32 * i],
])('Doorkeeper takes few new ones for known: 430,000 %s', (_what, id) => {
  const door = new Doorkeeper();
  let mistaken = 0;
  for (let i = 0; i < 430_000; i++) if (door.knows(sharedBlock(id(i)))) mistaken++;
  expect(mistaken / 430_000).toBeLessThan(0.1);
});

test('Doorkeeper forgets everything before most of its bits are set', () => {
  const door = new Doorkeeper();
  let mistaken = 0;
  for (let i = 0; i < 6_000_000; i++) {
    // Spread, as by a hash, so that bits fall as by chance.
    const low = Math.imul(i ^ (i >>> 16), 0x45d9f3b) >>> 0;
    if (door.knows({ kind: 'shared', high: i, low }) && i >= 5_000_000) mistaken++;
  }
  expect(mistaken / 1_000_000).toBeLessThan(0.55);
});
