import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import { cacheOf } from './cache.ts';
import { GOLDEN_CONDITIONS } from '../test/golden-summary.ts';
import type { RequestRecord } from '../record/record.ts';

/** Tokens of one row, by the server and its router. */
interface Told {
  readonly counted?: number;
  readonly cached?: number;
  readonly hitRate?: number;
  readonly outcome?: 'ok' | 'failed';
}

function recordOf({ counted, cached, hitRate, outcome = 'ok' }: Told, row: number): RequestRecord {
  return {
    schema_version: 1,
    row,
    outcome,
    due_ns: 0,
    sent_ns: 0,
    end_ns: 2,
    input_tokens_asked: 1000,
    output_tokens_asked: 1,
    ...(outcome === 'ok'
      ? { content_ns: [1], finish_reason: 'length', output_tokens: 1, output_tokens_by: 'usage' }
      : { failure: { class: 'truncated' } }),
    ...(counted !== undefined && { prompt_tokens: counted }),
    ...(cached !== undefined && { cached_tokens: cached }),
    ...(hitRate !== undefined && { server_timing: { kv_hit_rate: hitRate } }),
  };
}

/** Of two selected rows of 1,000 tokens, 500 of the second. */
const PREDICTION = { cached_tokens: 500, prompt_tokens: 2000, mean_hit_rate: 0.25 };

function cache(told: readonly Told[], prediction: { cache_prediction?: typeof PREDICTION } = {}) {
  const accumulator = new Accumulator({ objectives: [] });
  told.forEach((each, row) => accumulator.add(recordOf(each, row)));
  const { cache_prediction: _, ...trace } = GOLDEN_CONDITIONS.trace;
  return cacheOf(accumulator, {
    ...GOLDEN_CONDITIONS,
    trace: { ...trace, selected_rows: 2, ...prediction },
  });
}

function predictedCache(told: readonly Told[]) {
  return cache(told, { cache_prediction: PREDICTION });
}

describe('cacheOf()', () => {
  test('sets what the server and the router told beside what was predicted', () => {
    expect(
      predictedCache([
        { counted: 1003, cached: 0, hitRate: 0 },
        { cached: 512, hitRate: 0.5 },
      ]),
    ).toEqual({
      observed: { rows: 2, cached_tokens: 512, prompt_tokens: 2003 },
      router: { rows: 2, mean_hit_rate: 0.25 },
      predicted: { rows: 2, ...PREDICTION },
      // 512 > 500 + 3
      exceeds_prediction: true,
    });
  });

  test('is absent when nothing is known, and has only the parts that are', () => {
    expect(cache([{}])).toBeUndefined();
    expect(cache([{ cached: 5 }])).toEqual({
      observed: { rows: 1, cached_tokens: 5, prompt_tokens: 1000 },
    });
    expect(cache([{ hitRate: 1 }])).toEqual({ router: { rows: 1, mean_hit_rate: 1 } });
    expect(predictedCache([{}])).toEqual({ predicted: { rows: 2, ...PREDICTION } });
  });

  test('leaves out hit rates that are none, and rows that are not ok', () => {
    const told = [
      { hitRate: -0.1 },
      { hitRate: 1.1 },
      { hitRate: 0.1, outcome: 'failed' as const },
    ];
    expect(cache(told)).toBeUndefined();
  });
});

const verdicts: [behaviour: string, told: readonly Told[], isExceeded: boolean][] = [
  ['exactly the predicted tokens', [{ cached: 0 }, { cached: 500 }], false],
  ['one token more', [{ cached: 1 }, { cached: 500 }], true],
  [
    'the template as well',
    [
      { counted: 1010, cached: 10 },
      { counted: 1010, cached: 510 },
    ],
    false,
  ],
  [
    'more than the template',
    [
      { counted: 1010, cached: 10 },
      { counted: 1010, cached: 511 },
    ],
    true,
  ],
  ['a template that the server did not count', [{ counted: 900, cached: 501 }], true],
  ['all of one row, of the two', [{ cached: 500 }], false],
  ['a hit rate of the router as predicted', [{ hitRate: 0 }, { hitRate: 0.5 }], false],
  ['a hit rate one point above', [{ hitRate: 0.02 }, { hitRate: 0.5 }], false],
  ['a hit rate more than one point above', [{ hitRate: 0.03 }, { hitRate: 0.5 }], true],
  ['a high hit rate of one row, of the two', [{ hitRate: 0.5 }], false],
];

test.each(verdicts)('cacheOf() judges %s', (_what, told, isExceeded) => {
  expect(predictedCache(told)?.exceeds_prediction ?? false).toBe(isExceeded);
});
