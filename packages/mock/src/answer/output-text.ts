import type { Dialect } from '../dialect/dialect.ts';

const ASCII = [' one', ' two', ' three', ' four', ' five', ' six', ' "seven"', ' eight\n'];

/** Characters of two, three and four bytes, so that a write can be cut inside each of them. */
const MULTI_BYTE = [' é', ' 漢字', ' 🙂', ' ñandú', ' Ωμέγα', ' 東京', ' naïve', ' 🚀🛰'];

/**
 * Text of one output token, always the same for a position. Empty for a token that
 * ends inside a character, as half of an emoji does.
 *
 * @param token position in the answer, from 0
 */
export function textOf(dialect: Dialect, token: number): string {
  const { silentEvery, text } = dialect;
  if (silentEvery > 0 && (token + 1) % silentEvery === 0) return '';
  const words = text === 'ascii' ? ASCII : MULTI_BYTE;
  return words[token % words.length]!;
}
