import { expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import { describeObstacles } from '../fidelity/obstacles.ts';
import { parseObjectives } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import { renderText } from '../report/run/text.ts';
import { summarySchema } from '../schemas/summary.ts';
import { QUIET } from '../test/drawn-readings.ts';
import { GOLDEN_CONDITIONS, GOLDEN_RUN } from '../test/golden-summary.ts';
import { summarize } from './summary.ts';

const MS = 1e6;
const ITL = 'time_to_first_token:200 inter_token_latency:20';
const TTFT = 'time_to_first_token:200';

/** Four tokens, 10 ms apart, 50 ms after the request; as the server counted them. */
function plain(row: number, change: Partial<RequestRecord> = {}): RequestRecord {
  const content_ns = [50, 60, 70, 80].map((ms) => ms * MS);
  return {
    ...{ schema_version: 1, row, outcome: 'ok', due_ns: 0, sent_ns: 0, end_ns: 400 * MS },
    ...{ finish_reason: 'length', input_tokens_asked: 100, output_tokens_asked: 4 },
    ...{ output_tokens: 4, output_tokens_by: 'usage', content_ns },
    ...change,
  };
}

const ROWS = {
  plain: {},
  buffered: { content_ns: [80, 80, 80, 80].map((ms) => ms * MS) },
  oneEvent: { content_ns: [80 * MS] },
  uncounted: { output_tokens: undefined, output_tokens_by: undefined },
  byChunks: { output_tokens_by: 'chunks', stream_notes: ['counted_by_chunks'] },
  /** As versions before wrote it. */
  byChunksOnce: { output_tokens_by: 'chunks' },
  bundled: { content_ns: [50 * MS, 80 * MS] },
  firstKnown: { content_tokens: [2, 1, 1, 0] },
} as const satisfies Record<string, object>;

type Kind = keyof typeof ROWS;

function summaryOf(counts: Partial<Record<Kind, number>>, objectives: string, isExact = true) {
  const kinds = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as Kind),
  );
  const accumulator = new Accumulator({ objectives: parseObjectives(objectives) });
  for (const [row, kind] of kinds.entries()) {
    accumulator.add(plain(row, ROWS[kind] as Partial<RequestRecord>));
  }
  const summary = summarize(accumulator, {
    status: 'completed',
    run: GOLDEN_RUN,
    conditions: { ...GOLDEN_CONDITIONS, output_length: isExact ? 'exact' : 'cap' },
    readings: QUIET,
    totalRows: kinds.length,
  });
  expect(summarySchema.parse(summary)).toStrictEqual(summary);
  return summary;
}

const mixes: [
  what: string,
  counts: Partial<Record<Kind, number>>,
  objectives: string,
  reasons: string[],
  figures: string[],
][] = [
  ['plain rows', { plain: 10 }, ITL, [], []],
  ['one buffered row of a hundred', { plain: 99, buffered: 1 }, ITL, [], []],
  [
    'two buffered rows of a hundred',
    { plain: 98, buffered: 2 },
    ITL,
    ['read_together'],
    ['itl', 'goodput'],
  ],
  ['rows of one event', { oneEvent: 3 }, ITL, ['one_event'], ['itl', 'goodput']],
  ['rows of one event, no objective on ITL', { oneEvent: 3 }, TTFT, ['one_event'], ['itl']],
  ['rows that nobody counted', { uncounted: 3 }, ITL, ['length_unknown'], ['itl', 'goodput']],
  [
    'rows of several kinds, half of the tolerance each',
    { plain: 196, oneEvent: 2, buffered: 2 },
    ITL,
    ['one_event', 'read_together'],
    ['itl', 'goodput'],
  ],
  ['rows that chunks stand in for', { byChunks: 3 }, ITL, [], []],
  [
    'both ways to count',
    { plain: 2, byChunks: 1 },
    ITL,
    ['counted_differently'],
    ['itl', 'goodput'],
  ],
  [
    'both ways to count, no objective on ITL',
    { plain: 2, byChunks: 1 },
    TTFT,
    ['counted_differently'],
    ['itl', 'goodput'],
  ],
  [
    'both ways to count, no objective at all',
    { plain: 2, byChunks: 1 },
    '',
    ['counted_differently'],
    ['itl'],
  ],
  ['both ways to count, as earlier versions noted it', { plain: 2, byChunksOnce: 1 }, ITL, [], []],
  [
    'both definitions',
    { bundled: 1, firstKnown: 1 },
    ITL,
    ['defined_differently'],
    ['itl', 'goodput'],
  ],
  ['one definition, and rows where both agree', { plain: 1, bundled: 1 }, ITL, [], []],
];

test.each(mixes)('summarize() of %s', (_what, counts, objectives, reasons, figures) => {
  const summary = summaryOf(counts, objectives);
  const { not_measurable: obstacle, metrics, goodput, fidelity } = summary;
  expect(obstacle?.reasons.map(({ kind }) => kind) ?? []).toEqual(reasons);
  const left = [
    ...(metrics.inter_token_latency === undefined ? ['itl'] : []),
    ...(goodput === undefined && objectives !== '' ? ['goodput'] : []),
  ];
  expect(left).toEqual(figures);
  expect(metrics.inter_token_latency_all_rows === undefined).toBe(figures.includes('itl'));
  expect(fidelity?.verdict).toBe(figures.length > 0 ? 'degraded' : 'valid');
  const text = renderText(summary);
  expect(text.includes('ot measurable')).toBe(figures.length > 0);
  const advice = obstacle && describeObstacles(obstacle).at(-1)?.split(' ').slice(0, 3).join(' ');
  if (advice !== undefined) expect(text.replace(/\s+/g, ' ')).toContain(advice);
  expect(text).not.toContain('0.000');
});

test('lengths that nobody counted leave rates of tokens out, and are no mismatch', () => {
  const { rates, tokens, rows, goodput } = summaryOf({ plain: 1, uncounted: 1 }, TTFT);
  expect(Object.keys(rates)).toEqual(['requests_per_second']);
  expect(tokens).toMatchObject({ output_counted: 4, counted_by: { usage: 1, unknown: 1 } });
  expect([rows.length_mismatch, goodput?.good, goodput?.tokens_per_second]).toEqual([
    0,
    2,
    undefined,
  ]);
});

test('under a cap, goodput without an objective on ITL does not depend on how tokens are counted', () => {
  expect(summaryOf({ plain: 2, byChunks: 1 }, TTFT, false).goodput?.good).toBe(3);
});

test('merged accumulators are judged as one', () => {
  const [ours, theirs] = (['plain', 'byChunks'] as const).map((kind) => {
    const accumulator = new Accumulator({ objectives: parseObjectives(ITL) });
    accumulator.add(plain(0, ROWS[kind] as Partial<RequestRecord>));
    return accumulator;
  });
  ours?.merge(theirs!);
  const context = { status: 'completed', run: GOLDEN_RUN, conditions: GOLDEN_CONDITIONS } as const;
  const { not_measurable: obstacle } = summarize(ours!, { ...context, totalRows: 2 });
  expect(obstacle?.reasons).toEqual([{ kind: 'counted_differently', rows: 1, ok: 2 }]);
});

test('the report has a line for each note on streams, and for unknown finish reasons', () => {
  const accumulator = new Accumulator({ objectives: [] });
  const notes = ['content_unknown', 'text_outside_events', 'count_corrected'] as const;
  accumulator.add(plain(0, { stream_notes: [...notes], notes: ['finish_reason_unknown'] }));
  const context = { status: 'completed', run: GOLDEN_RUN, conditions: GOLDEN_CONDITIONS } as const;
  const text = renderText(summarize(accumulator, { ...context, totalRows: 1 }), { width: 200 });
  for (const words of [
    'not understood',
    'outside all events',
    'contradicts the stream',
    'neither',
  ]) {
    expect(text).toContain(words);
  }
});
