import { expect, test } from 'vitest';

import { countWords } from './prompt-tokens.ts';

test.each([
  ['', 0],
  ['   \n\t', 0],
  ['one', 1],
  [' one two ', 2],
  ['one\ttwo\r\nthree\u00a0four\u2003five', 5],
  ['漢字 🙂', 2],
])('countWords(%j) is %i', (text, words) => {
  expect(countWords(text)).toBe(words);
});
