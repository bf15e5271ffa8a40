import { expect, test } from 'vitest';

import { FIRST_WORD_COUNT, WORDS } from './word-lists.ts';

test('WORDS are 3,995 different words of three to five letters, first words first', () => {
  expect(WORDS).toHaveLength(3995);
  expect(new Set(WORDS).size).toBe(3995);
  expect(WORDS.filter((word) => !/^[a-z]{3,5}$/.test(word))).toEqual([]);
  expect(FIRST_WORD_COUNT).toBe(1704);
});

test('WORDS are in alphabetical order within each part', () => {
  const parts = [WORDS.slice(0, FIRST_WORD_COUNT), WORDS.slice(FIRST_WORD_COUNT)];
  for (const part of parts) expect(part).toEqual([...part].sort());
});
