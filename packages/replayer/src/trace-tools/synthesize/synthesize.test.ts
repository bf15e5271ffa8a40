import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { OptionsError } from '../../errors/errors.ts';
import { checkRow } from '../../trace/check-row.ts';
import { encodeRow } from '../../trace/encode.ts';
import type { TraceRow } from '../../trace/row.ts';
import { hasShared, sharedText } from '../../test/shared-data.ts';
import { traceRows } from '../../test/trace-rows.ts';
import { synthesize } from './synthesize.ts';
import { TraceLearner, type TraceModel } from './model.ts';
import {
  type Compat,
  resolveSynthesisOptions,
  synthesisFileName,
  type SynthesisOptions,
} from './options.ts';

interface PlainRow {
  readonly timestamp: number;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids: readonly number[];
}

function learn(rows: Iterable<TraceRow>, compat: Compat, blockSize = 512): TraceModel {
  const learner = new TraceLearner('source.jsonl', compat, blockSize);
  for (const row of rows) learner.add(row);
  return learner.model();
}

const fromPlain = (rows: readonly PlainRow[]) =>
  rows.map((row, index) => ({
    index,
    timestampMs: row.timestamp,
    inputLength: row.input_length,
    outputLength: row.output_length,
    hashIds: row.hash_ids,
  }));

function linesOf(model: TraceModel, options: SynthesisOptions) {
  const synthesis = synthesize(model, options);
  const floatTimestamps = model.compat === 'new';
  const lines = [...synthesis.rows()].map((row) => encodeRow(row, { floatTimestamps }));
  return { lines, ...synthesis.tally() };
}

/** datagen's spelling of the options. */
type GoldenOptions = Readonly<Record<string, number>>;

const optionsOf = (golden: GoldenOptions): SynthesisOptions =>
  Object.fromEntries(
    Object.entries(golden).map(([key, value]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

interface Golden {
  readonly file_names: { mode: Compat; input: string; options: GoldenOptions; name: string }[];
  readonly files: Record<
    string,
    {
      mode: Compat;
      input: string;
      num_requests: number;
      options: GoldenOptions;
      sha256: string;
      drawn: number;
      filtered: number;
    }
  >;
  readonly small: {
    traces: Record<string, PlainRow[]>;
    cases: {
      trace: string;
      mode: Compat;
      seed: number;
      num_requests: number;
      options: GoldenOptions;
      rows: Record<string, unknown>[];
    }[];
  };
}

const FIXTURE = new URL('../../../../../fixtures/traces/thousand.jsonl', import.meta.url);

/** Rows of a text of Mooncake lines. */
const readLines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const checked = checkRow(line, index, 512);
      if (checked.problem) throw new Error(checked.problem.what);
      return checked.row;
    });

const hashOf = (lines: readonly string[]) => {
  const sha256 = createHash('sha256');
  for (const line of lines) sha256.update(`${line}\n`);
  return sha256.digest('hex');
};

const RECIPE = { prefixLenMultiplier: 16, promptLenMultiplier: 10, maxIsl: 110_000 };
const FRACTIONS = { prefixRootMultiplier: 3, oslMultiplier: 1.25, minOsl: 5, maxOsl: 100 };
const WINDOW = { minIsl: 700, maxIsl: 2500 };

// Hashes of what the reference implementation makes of our fixture, 1,000 requests each.
test.each([
  ['old', 38, RECIPE, 0, 'c20af048df9b5d4a40c481cc3bebb36cbe9b70117c478b27dae2d3b7911f6c35'],
  ['new', 0, RECIPE, 0, '9ac06383c00e1675ac4c547af438e7a3350a564f8c1e9ab7fcac335092f98e90'],
  ['old', 38, {}, 0, '167f9a7196b895287a39f63a50d0716ebb3bda077d36a00a7aa901ddc68e96f9'],
  ['new', 5, {}, 0, '6972f3a4d2795c55febea2e7e29ae01de720d1da852d1565b06cc70913e1a878'],
  [
    'old',
    7,
    { ...FRACTIONS, prefixLenMultiplier: 0.4, speedupRatio: 1.7 },
    0,
    '62901c022b4b211d947ba734cb494bc0e2499c05b6e59819006f9ca5fed64409',
  ],
  [
    'new',
    2n ** 70n + 3n,
    { ...FRACTIONS, prefixLenMultiplier: 2.5, promptLenMultiplier: 0.25, speedupRatio: 1.7 },
    0,
    'fde26bb50c51689f08d816a71bc32323f23752e5b7309cf3cf6e8813527e235a',
  ],
  [
    'old',
    2 ** 40 + 5,
    { ...WINDOW, prefixLenMultiplier: 1.5 },
    1208,
    'ed655f6ae0efed8c833f82dfbcfa0680cae3d1144114712ae733fedb6b7111cb',
  ],
  [
    'new',
    1,
    { ...WINDOW, prefixLenMultiplier: 0.4 },
    272,
    '15e6000f34e1e89c42ce46d436c21bd4250fafd4537c4fbc1747c3bfca93716d',
  ],
] as const)(
  'synthesize() equals the reference, era %s, seed %s, %o',
  (compat, seed, options, dropped, sha256) => {
    const model = learn(readLines(readFileSync(FIXTURE, 'utf8')), compat);
    const made = linesOf(model, { ...options, seed, numRequests: 1000 });
    expect(hashOf(made.lines)).toBe(sha256);
    expect(made).toMatchObject({ dropped, drawn: 1000 + dropped });
  },
);

const TREE = fromPlain([
  { timestamp: 0, input_length: 1100, output_length: 12, hash_ids: [7, 8, 9] },
  { timestamp: 3000, input_length: 1300, output_length: 7, hash_ids: [7, 8, 10] },
]);

test('synthesize() makes the same rows again at each reading', () => {
  const synthesis = synthesize(learn(TREE, 'new'), { numRequests: 20 });
  expect([...synthesis.rows()]).toEqual([...synthesis.rows()]);
  expect(synthesis.tally()).toEqual({ drawn: 20, dropped: 0 });
});

test('synthesize() keeps ids beyond 2^53 exact where the copies need them', () => {
  const options = { numRequests: 200, prefixLenMultiplier: 2 ** 20, prefixRootMultiplier: 2 ** 31 };
  const first = synthesize(learn(TREE, 'new'), options).rows().next().value as TraceRow;
  expect(first.hashIds).toHaveLength(2 ** 21 + 1);
  expect(first.hashIds?.some((id) => typeof id === 'bigint')).toBe(true);
});

const refused: [
  behaviour: string,
  compat: Compat,
  options: SynthesisOptions,
  error: new (...values: never[]) => Error,
  message: string,
][] = [
  [
    'gives up on a filter that nothing passes',
    'old',
    { maxIsl: 10, maxRejections: 50 },
    OptionsError,
    '50 requests in a row are outside the input lengths',
  ],
  [
    'gives up on a filter that nothing passes',
    'new',
    { minIsl: 10_000 },
    OptionsError,
    'expected at least 10000',
  ],
  [
    'wants a window with an inside',
    'old',
    { minIsl: 2, maxIsl: 1 },
    OptionsError,
    '"minIsl" is 2, expected at most "maxIsl", 1',
  ],
  [
    'wants multipliers above 0',
    'new',
    { prefixLenMultiplier: 0 },
    OptionsError,
    '"prefixLenMultiplier" is 0, expected a finite number above 0',
  ],
  [
    'wants finite multipliers',
    'new',
    { oslMultiplier: Infinity },
    OptionsError,
    '"oslMultiplier" is Infinity, expected a finite number above 0',
  ],
  [
    'wants requests',
    'new',
    { numRequests: 0 },
    OptionsError,
    '"numRequests" is 0, expected an integer of at least 1',
  ],
  ['wants a seed from 0', 'new', { seed: -1 }, OptionsError, '"seed" is -1, expected an integer'],
  ['wants exact lengths', 'new', { oslMultiplier: 1e300 }, OptionsError, '"output_length" reaches'],
];

test.each(refused)('synthesize() %s, era %s', (_behaviour, compat, options, error, message) => {
  const make = () => [...synthesize(learn(TREE, compat), options).rows()];
  expect(make).toThrow(error);
  expect(make).toThrow(message);
});

const row = (timestamp: number, hash_ids: number[], input_length = hash_ids.length * 512) => ({
  timestamp,
  input_length,
  output_length: 1,
  hash_ids,
});

test.each([
  ['two rows', 'old', [row(0, [1])], 'it has 1 row, expected at least 2'],
  ['blocks', 'new', [row(0, [], 5), row(0, [1])], 'row 1: "hash_ids" is absent or empty'],
  [
    'as many ids as blocks',
    'old',
    [row(0, [1]), row(1, [1, 2], 512)],
    'row 2: "hash_ids" is 2 ids',
  ],
  ['ascending times in the new era', 'new', [row(9, [1]), row(5, [1])], 'row 2: "timestamp" is 5'],
] as const)('TraceLearner wants %s', (_what, compat, rows, message) => {
  expect(() => learn(fromPlain(rows), compat)).toThrow(message);
});

test('synthesize() makes rows that validate', () => {
  const factor = fc.double({ min: 0.1, max: 4, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom<Compat>('old', 'new'),
      fc.record({
        seed: fc.nat(),
        numRequests: fc.integer({ min: 1, max: 40 }),
        prefixLenMultiplier: factor,
        promptLenMultiplier: factor,
        oslMultiplier: factor,
        speedupRatio: factor,
        prefixRootMultiplier: fc.integer({ min: 1, max: 5 }),
      }),
      traceRows(),
      (compat, options, rows) => {
        const { lines } = linesOf(learn(rows, compat), { ...options, minOsl: 1 });
        expect(lines).toHaveLength(options.numRequests);
        let previousMs = 0;
        for (const [index, line] of lines.entries()) {
          const checked = checkRow(line, index, 512);
          expect(checked.problem).toBeUndefined();
          const { timestampMs = -1 } = checked.row ?? {};
          expect(timestampMs).toBeGreaterThanOrEqual(previousMs);
          previousMs = timestampMs;
        }
      },
    ),
    { numRuns: 150 },
  );
});

const golden = hasShared ? (JSON.parse(sharedText('datagen/golden.json')) as Golden) : undefined;

describe.skipIf(golden === undefined)(
  'synthesize() beside the reference implementation (../shared is needed)',
  () => {
    test.each(golden?.small.cases ?? [])('writes $trace, $mode, $options', (wanted) => {
      const model = learn(fromPlain(golden!.small.traces[wanted.trace]!), wanted.mode);
      const { seed, num_requests: numRequests } = wanted;
      const { lines } = linesOf(model, { seed, numRequests, ...optionsOf(wanted.options) });
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(wanted.rows);
    });

    test.each(Object.entries(golden?.files ?? {}))('writes the file "%s"', (_name, wanted) => {
      const model = learn(readLines(sharedText(`traces/${wanted.input}`)), wanted.mode);
      const options = { numRequests: wanted.num_requests, ...optionsOf(wanted.options) };
      const { lines, drawn, dropped } = linesOf(model, options);
      expect({ sha256: hashOf(lines), drawn, dropped }).toEqual({
        sha256: wanted.sha256,
        drawn: wanted.drawn,
        dropped: wanted.filtered,
      });
    });

    // Lengths and their multipliers apart, which have the two decimals of the recipe.
    test.each(golden?.file_names ?? [])('names $name', ({ input, options, name }) => {
      const [stem = '', suffix = ''] = input.split(/(?=\.jsonl)/);
      const found = synthesisFileName(stem, suffix, resolveSynthesisOptions(optionsOf(options)));
      const multipliers = /(?<=_synth_)[\d.]+(x\d+\+)[\d.]+/;
      expect(found.replace(multipliers, '$1')).toBe(name.replace(multipliers, '$1'));
    });
  },
);

test.each([
  [16, 10, '16.00x1+10.00'],
  [0.4, 0.25, '0.40x1+0.25'],
  [1.125, 1e-3, '1.125x1+0.001'],
  [1 / 3, 1, '0.3333333333333333x1+1.00'],
])('multipliers of %d and %d are named %s', (prefix, prompt, name) => {
  const options = { prefixLenMultiplier: prefix, promptLenMultiplier: prompt };
  const found = synthesisFileName('a', '.jsonl', resolveSynthesisOptions(options));
  expect(found).toBe(`a_synth_${name}_speedup1.jsonl`);
});
