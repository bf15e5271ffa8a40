/** Texts or token ids that a prompt is made of, in order. */
export type PromptParts = readonly (string | readonly number[])[];

/**
 * Counts the tokens of a prompt: the ids of a list, the words of a text. The mock has no tokenizer,
 * so a word between white space is a token; prompts of one-token words are counted exactly.
 */
export function countTokens(parts: PromptParts): number {
  let tokens = 0;
  for (const part of parts) tokens += typeof part === 'string' ? countWords(part) : part.length;
  return tokens;
}

function countWords(text: string): number {
  let words = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const isSpace = isWhiteSpace(text.charCodeAt(at));
    if (!isSpace && !inWord) words += 1;
    inWord = !isSpace;
  }
  return words;
}

export interface PromptBlocksOptions {
  /** Tokens in a block. */
  readonly blockTokens: number;
  /** Tokens that come before the text, such as a chat template's. */
  readonly firstTokens: number;
  /** Prompts under different salts share nothing. */
  readonly salt: string;
}

/**
 * A key for each full block of a prompt as it was received: 52 bits over everything from the
 * prompt's first word to the block's last. So prompts share keys exactly as far as they begin
 * alike, and a cache hit is what was sent, whatever a trace says. Among the six million blocks of
 * ten thousand long prompts, two that differ share a key with a probability of 0.4 %.
 *
 * @param parts counted as `countTokens` does: a word is a token, and so is an id
 */
export function promptBlocks(
  parts: PromptParts,
  { blockTokens, firstTokens, salt }: PromptBlocksOptions,
): Float64Array {
  const hash = createHash();
  const keys: number[] = [];
  let tokens = firstTokens;
  const endToken = (): void => {
    hash.add(END_OF_TOKEN);
    tokens += 1;
    if (tokens % blockTokens === 0) keys.push(hash.key());
  };
  for (let at = 0; at < salt.length; at += 1) hash.add(salt.charCodeAt(at));
  hash.add(END_OF_TOKEN);
  for (const part of parts) {
    if (typeof part === 'string') addWords(part, hash, endToken);
    else {
      for (const id of part) {
        hash.add(id);
        endToken();
      }
    }
  }
  return Float64Array.from(keys);
}

/** No UTF-16 code unit and, but for vocabularies no model has, no token id. */
const END_OF_TOKEN = 0x7fff_ffff;

function addWords(text: string, hash: Hash, endToken: () => void): void {
  let inWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isWhiteSpace(code)) {
      hash.add(code);
      inWord = true;
    } else if (inWord) {
      endToken();
      inWord = false;
    }
  }
  if (inWord) endToken();
}

interface Hash {
  add(value: number): void;
  key(): number;
}

/**
 * Two lanes of 32 bits. 250 kB of text take a millisecond; a digest of node:crypto a block, five.
 */
function createHash(): Hash {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  return {
    add(value) {
      a = Math.imul(a ^ value, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ value, 0x85ebca77);
      b ^= b >>> 13;
    },
    key: () => (a >>> 0) * 2 ** 20 + (b >>> 12),
  };
}

/** Whether a UTF-16 code unit stands between words. */
function isWhiteSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return /\s/.test(String.fromCharCode(code));
}
