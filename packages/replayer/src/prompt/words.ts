import { FIRST_WORDS, OTHER_WORDS } from './word-lists.ts';

const firstWords = listed(FIRST_WORDS);

/** Words that are one token each after a space, in every common tokenizer: ASCII letters only. */
export const WORDS: readonly string[] = [...firstWords, ...listed(OTHER_WORDS)];

/** So many words at the start of the list are one token also at the start of a text. */
export const FIRST_WORD_COUNT = firstWords.length;

function listed(text: string): string[] {
  return text.trim().split(/\s+/);
}
