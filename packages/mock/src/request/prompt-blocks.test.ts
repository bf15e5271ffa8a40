import { expect, test } from 'vitest';

import { countTokens, promptBlocks, type PromptParts } from './prompt-blocks.ts';

const blocks = (parts: PromptParts, firstTokens = 0, salt = '') => [
  ...promptBlocks(parts, { blockTokens: 2, firstTokens, salt }),
];
/** How many blocks two prompts share at their beginning. */
const shared = (a: readonly number[], b: readonly number[]) => {
  const at = a.findIndex((key, index) => key !== b[index]);
  return at < 0 ? a.length : at;
};
const words = ['a b c d e f g'];

test.each<[behaviour: string, parts: PromptParts, sharedBlocks: number]>([
  ['shares all of an equal prompt', ['a b c d e f g'], 3],
  ['has no key for a block that is not full', ['a b c d e f'], 3],
  ['shares nothing with a prompt that begins otherwise', ['x b c d e f'], 0],
  ['shares what comes before the first difference', ['a b c d e x'], 2],
  ['does not find a block behind another one', ['x x c d e f'], 0],
  ['looks at where words end', ['a bc d e f g'], 0],
  ['does not look at how white space is made', ['a\n b\tc  d e f '], 3],
  ['goes on in the next part', ['a b c', 'd e', 'f g'], 3],
  ['does not join words over parts', ['a b c d e', 'f'], 3],
])('promptBlocks() %s', (_behaviour, parts, sharedBlocks) => {
  expect(shared(blocks(words), blocks(parts))).toBe(sharedBlocks);
});

test('promptBlocks() counts what a template puts before the text', () => {
  expect([0, 1, 3].map((firstTokens) => blocks(words, firstTokens).length)).toEqual([3, 4, 4]);
});

test('promptBlocks() lets prompts share nothing under different salts', () => {
  expect(shared(blocks(words, 0, 'run 1'), blocks(words, 0, 'run 2'))).toBe(0);
  expect(shared(blocks(words, 0, 'run 1'), blocks(words, 0, 'run 1'))).toBe(3);
});

test('promptBlocks() takes ids as they are', () => {
  expect(shared(blocks([[1, 2, 3, 4]]), blocks([[1, 2, 3, 5]]))).toBe(1);
  expect(shared(blocks([[1, 23]]), blocks([[12, 3]]))).toBe(0);
});

test('promptBlocks() gives keys of their own to 200,000 different blocks', () => {
  const keys = new Set<number>();
  for (let first = 0; first < 100; first += 1) {
    const ids = Array.from({ length: 4000 }, (_, index) => index + first * 1_000_003);
    for (const key of blocks([ids])) keys.add(key);
  }
  expect(keys.size).toBe(200_000);
  for (const key of keys) expect(Number.isSafeInteger(key)).toBe(true);
});

test.each([
  ['', 0],
  ['   \n\t', 0],
  ['one', 1],
  [' one two ', 2],
  ['one\ttwo\r\nthree\u00a0four\u2003five', 5],
  ['漢字 🙂', 2],
])('countTokens() of %j is %i', (text, tokens) => {
  expect(countTokens([text])).toBe(tokens);
});
