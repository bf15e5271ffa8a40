import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { BlockId } from '../trace/row.ts';
import { createPromptWriter, type PromptRow, type PromptWriter } from './prompt.ts';
import { WORDS } from './word-lists.ts';

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

const row = (inputLength: number, hashIds?: readonly BlockId[], index = 0): PromptRow => ({
  index,
  inputLength,
  ...(hashIds && { hashIds }),
});

const LARGEST = 2n ** 64n - 1n;
const writer = createPromptWriter({ seed: 42 });

const golden: [what: string, prompt: Buffer, begin: string, digest: string][] = [
  [
    'one part of a block',
    writer.words(row(8, [0])),
    'caps crow adequ dates teen amp skip stark',
    'fa91926f567d8c040a2fde3dc3069e0b0dc238ae18a1c4834d4b2db278dbaedb',
  ],
  [
    'blocks up to 2^64 - 1',
    writer.words(row(1100, [0, 1, LARGEST])),
    'caps crow adequ dates ',
    'c921bc05e1c511fd0bc9728bd1e6d180a0df20fdb6781f337817c9bea9b7b048',
  ],
  [
    'the largest seed',
    createPromptWriter({ seed: 2 ** 53 - 1 }).words(row(1100, [0, 1, LARGEST])),
    'tons div decor bout ',
    'ad787e36e51c187950d10892fc3dffe630ab34a2a2378cd4d77ce1ac62c6f76d',
  ],
  [
    'a row without hash ids',
    writer.words(row(600, undefined, 3)),
    'hab bour alert meat ',
    'a6190bbf054db7e5dc47341d84a99d659bead89bdb94cd2f244e7163e5bc9b58',
  ],
  [
    'a warm-up request',
    writer.warmUpWords(3, 600),
    'ber buzz sofa miles ',
    '66b8836069f47ae3aacf4b4ad48e6bced075c78969c7c7028c6530ac2e54abe3',
  ],
  [
    'token ids',
    writer.tokenIds(row(600, [0, 1])),
    '[1595,1359,2722,',
    '30b9eea03f12c0d4d7ecff5bfd27c57a919b080f40ad4972b6d7155f9597016b',
  ],
];

// Computed by another program, from docs/prompts.md alone.
test.each(golden)(
  'PROMPT_ALGORITHM "words-1" makes the same bytes for %s',
  (_what, prompt, begin, digest) => {
    expect(prompt.toString().startsWith(begin)).toBe(true);
    expect(sha256(prompt)).toBe(digest);
  },
);

test('docs/prompts.md tells the test vectors', () => {
  const page = readFileSync(new URL('../../../../docs/prompts.md', import.meta.url), 'utf8');
  for (const [, , begin, digest] of golden) {
    expect(page).toContain(begin.replace(/[ ,]$/, ''));
    expect(page).toContain(digest);
  }
  expect(page).toContain(sha256(WORDS.join('\n')));
});

const lengths = [1, 2, 511, 512, 513, 1000, 1024, 39_186];
const idsFor = (inputLength: number) =>
  Array.from({ length: Math.ceil(inputLength / 512) }, (_, i) => i);

const forms: [what: string, make: (of: PromptWriter, inputLength: number) => Buffer][] = [
  ['words()', (of, inputLength) => of.words(row(inputLength, idsFor(inputLength)))],
  ['words() without hash ids', (of, inputLength) => of.words(row(inputLength))],
  ['warmUpWords()', (of, inputLength) => of.warmUpWords(0, inputLength)],
];

test.each(forms)('%s makes exactly as many words, with one space between', (_what, make) => {
  const known = new Set(WORDS);
  for (const length of lengths) {
    const text = make(writer, length).toString('latin1');
    expect(text).toMatch(/^[a-z]+( [a-z]+)*$/);
    const words = text.split(' ');
    expect(words).toHaveLength(length);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  }
});

const idForms: [what: string, make: (of: PromptWriter, inputLength: number) => Buffer][] = [
  ['tokenIds()', (of, inputLength) => of.tokenIds(row(inputLength, idsFor(inputLength)))],
  ['tokenIds() without hash ids', (of, inputLength) => of.tokenIds(row(inputLength))],
  ['warmUpTokenIds()', (of, inputLength) => of.warmUpTokenIds(0, inputLength)],
];

const ranges = [
  { from: 1000, to: 4999 },
  { from: 0, to: 11 },
  { from: 7, to: 7 },
  { from: 99_990, to: 100_020 },
  { from: 0, to: 1_999_999 },
];

test.each(idForms)('%s makes exactly as many ids within the range', (_what, make) => {
  for (const tokenIdRange of ranges) {
    const of = createPromptWriter({ seed: 1, tokenIdRange });
    for (const length of lengths) {
      const ids = JSON.parse(make(of, length).toString()) as number[];
      expect(ids).toHaveLength(length);
      expect(Math.min(...ids)).toBeGreaterThanOrEqual(tokenIdRange.from);
      expect(Math.max(...ids)).toBeLessThanOrEqual(tokenIdRange.to);
    }
  }
});

test('tokenIds() reaches both ends of the range', () => {
  const of = createPromptWriter({ seed: 1, tokenIdRange: { from: 8, to: 11 } });
  const ids = JSON.parse(of.tokenIds(row(1000)).toString()) as number[];
  expect([...new Set(ids)].sort((a, b) => a - b)).toEqual([8, 9, 10, 11]);
});

test.each([
  [5, 4],
  [-1, 4],
  [0, 2_000_000],
  [0, NaN],
])('createPromptWriter() refuses token ids %d to %d', (from, to) => {
  expect(() => createPromptWriter({ seed: 1, tokenIdRange: { from, to } })).toThrow(
    `Cannot use token ids ${from} to ${to}, expected a range within 0 to 1999999`,
  );
});

/** Small blocks, so that many fall into a short text; some ids beyond 2^53. */
const BLOCK_SIZE = 5;
const anyId = fc.oneof(fc.nat(50), fc.bigInt(2n ** 53n, 2n ** 53n + 50n), fc.constant(LARGEST));
const anyRow = fc
  .tuple(fc.array(anyId, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: BLOCK_SIZE }))
  .map(([hashIds, rest]) => row((hashIds.length - 1) * BLOCK_SIZE + rest, hashIds));

const tokensOf: [what: string, tokens: (of: PromptWriter, of_: PromptRow) => string[]][] = [
  ['words()', (of, of_) => of.words(of_).toString().split(' ')],
  ['tokenIds()', (of, of_) => of.tokenIds(of_).toString().slice(1, -1).split(',')],
];

test.each(tokensOf)(
  '%s shares exactly the blocks that rows share at their start',
  (_what, tokens) => {
    const of = createPromptWriter({
      seed: 7,
      blockSize: BLOCK_SIZE,
      tokenIdRange: { from: 0, to: 1e6 },
    });
    fc.assert(
      fc.property(anyRow, anyRow, fc.nat(6), (one, other, shared) => {
        const { hashIds: ids = [] } = one;
        const { hashIds: otherIds = [] } = other;
        const joined = [...ids.slice(0, shared), ...otherIds].slice(0, otherIds.length);
        const third = { ...other, hashIds: joined };
        let blocks = 0;
        while (blocks < Math.min(ids.length, joined.length) && ids[blocks] === joined[blocks])
          blocks++;
        const [a, b] = [tokens(of, one), tokens(of, third)];
        const common = Math.min(blocks * BLOCK_SIZE, a.length, b.length);
        expect(a.slice(0, common)).toEqual(b.slice(0, common));
        const next = (of_: string[]) => of_.slice(common, common + BLOCK_SIZE).join();
        if (blocks * BLOCK_SIZE < Math.min(a.length, b.length)) expect(next(a)).not.toBe(next(b));
      }),
    );
  },
);

test('words() gives a block the same text wherever it stands', () => {
  const alone = writer.words(row(512, [77])).toString();
  const prompt = writer
    .words(row(3 * 512 + 1, [5, 77, 77, 5]))
    .toString()
    .split(' ');
  expect(prompt.slice(512, 1024).join(' ')).toBe(alone);
  expect(prompt.slice(1024, 1536).join(' ')).toBe(alone);
  expect(prompt.at(-1)).toBe(prompt[0]);
});

test('words() makes the same bytes whatever was made before, and whatever is kept', () => {
  const rows = [row(1300, [1, 2, 3]), row(1024, [1, 2]), row(700, [1, 9]), row(700)];
  const fresh = rows.map((of) => createPromptWriter({ seed: 3 }).words(of).toString());
  for (const cacheBytes of [0, 4000, 1e6]) {
    const of = createPromptWriter({ seed: 3, cacheBytes });
    for (let round = 0; round < 4; round++) {
      expect(rows.map((each) => of.words(each).toString())).toEqual(fresh);
    }
  }
});

test('createPromptWriter() gives prompts that their owner may change', () => {
  const of = createPromptWriter({ seed: 3 });
  const before = of.words(row(1024, [1, 2])).toString();
  for (let round = 0; round < 3; round++) of.words(row(1024, [1, 2])).fill(0);
  expect(of.words(row(1024, [1, 2])).toString()).toBe(before);
});

test('prompts of different kinds, rows, requests and seeds share no block', () => {
  const all = [0, 1, 2, 2 ** 32, 2 ** 53 - 1, 42].flatMap((seed) => {
    const of = createPromptWriter({ seed });
    const indexes = [0, 1, 2, 3];
    return [
      ...[0, 1, 2, 3, 2 ** 32, 2 ** 32 + 1, 2n ** 53n, LARGEST].map((id) =>
        of.words(row(512, [id])),
      ),
      ...indexes.map((index) => of.words(row(1024, undefined, index))),
      ...indexes.map((index) => of.warmUpWords(index, 1024)),
    ];
  });
  const blocks = all.flatMap((prompt) => {
    const words = prompt.toString().split(' ');
    return [words.slice(0, 8).join(' '), words.slice(512, 520).join(' ')].filter(Boolean);
  });
  expect(blocks.length).toBe(6 * (8 + 16));
  expect(new Set(blocks).size).toBe(blocks.length);
});
