import fc from 'fast-check';
import { expect, test } from 'vitest';

import { latencySchema, planEmissions, type Latency } from './latency.ts';
import { createRandom } from '../time/random.ts';

const plan = (latency: Partial<Latency>, input: number, output: number, seed = 1) => {
  const full = latencySchema.parse({ ttftMs: 10, itlMs: 2, ...latency });
  const { offsetsNs, tokens } = planEmissions(full, input, output, createRandom(seed));
  return { offsetsMs: [...offsetsNs].map((ns) => ns / 1e6), tokens: [...tokens] };
};

const table: [
  behaviour: string,
  latency: Partial<Latency>,
  input: number,
  output: number,
  offsetsMs: number[],
  tokens: number[],
][] = [
  ['sends a token each inter-token latency', {}, 5, 3, [10, 12, 14], [1, 1, 1]],
  ['adds time for each prompt token', { perInputTokenMs: 0.5 }, 8, 2, [14, 16], [1, 1]],
  ['sends a single token', {}, 1, 1, [10], [1]],
  [
    'sends the first alone, then at each multiple of the interval, then the rest',
    { streamInterval: 3 },
    1,
    8,
    [10, 14, 20, 24],
    [1, 2, 3, 2],
  ],
  [
    'sends no chunk twice when the interval ends with the answer',
    { streamInterval: 3 },
    1,
    6,
    [10, 14, 20],
    [1, 2, 3],
  ],
  ['scales every time', { timeScale: 0.5, perInputTokenMs: 1 }, 4, 2, [7, 8], [1, 1]],
  ['sends all at once at scale 0', { timeScale: 0 }, 4, 3, [0, 0, 0], [1, 1, 1]],
];

test.each(table)('planEmissions() %s', (_behaviour, latency, input, output, offsetsMs, tokens) => {
  expect(plan(latency, input, output)).toEqual({ offsetsMs, tokens });
});

test('planEmissions() with jitter keeps order, stays within its share and does not drift', () => {
  const law = fc.property(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 12 }),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
    fc.integer(),
    (output, streamInterval, jitter, seed) => {
      const exact = plan({ streamInterval }, 1, output);
      const jittered = plan({ streamInterval, jitter }, 1, output, seed);
      expect(jittered.tokens).toEqual(exact.tokens);
      expect(jittered.tokens.reduce((sum, count) => sum + count, 0)).toBe(output);
      for (const [index, ms] of jittered.offsetsMs.entries()) {
        const late = ms - exact.offsetsMs[index]!;
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(jitter * 2 + 1e-6);
        if (index > 0) expect(ms).toBeGreaterThanOrEqual(jittered.offsetsMs[index - 1]!);
      }
    },
  );
  fc.assert(law);
});

test('planEmissions() draws the same jitter for the same seed, another for another', () => {
  expect(plan({ jitter: 0.5 }, 1, 20, 7)).toEqual(plan({ jitter: 0.5 }, 1, 20, 7));
  expect(plan({ jitter: 0.5 }, 1, 20, 7)).not.toEqual(plan({ jitter: 0.5 }, 1, 20, 8));
});
