import { expect, test } from 'vitest';

import type { ComparedRow } from './compared-run.ts';
import { hasGrownAllAlong, waitingAtQuarters } from './queue-growth.ts';

/** 200 rows, two a second; `ttftMs` by row, its time in the schedule (0 to 1), its prompt. */
function rowsOf(
  ttftMs: (row: number, time: number, inputTokens: number) => number,
  { dueMs = (row: number) => 500 * row, inputTokens = (_row: number): number => 1000 } = {},
): ComparedRow[] {
  return Array.from({ length: 200 }, (_, row) => {
    const dueNs = dueMs(row) * 1e6;
    const ttft = ttftMs(row, row / 200, inputTokens(row));
    return {
      row,
      dueNs,
      inputTokens: inputTokens(row),
      waitedToNs: dueNs + ttft * 1e6,
      isGood: true,
      latencyMs: {
        time_to_first_token: ttft,
        inter_token_latency: 10,
        request_latency: ttft + 1e4,
      },
    };
  });
}

const cases: [what: string, rows: ComparedRow[], hasGrown: boolean][] = [
  // Each row takes 0.8 s and two come a second: 0.3 s more wait for each.
  ['rows that are offered faster than they are served', rowsOf((row) => 800 + 300 * row), true],
  ['the same wait for every row, with answers of 10 s', rowsOf(() => 20), false],
  ['waits that grow little', rowsOf((row) => 100 + row), false],
  [
    'prompts that become longer',
    rowsOf((_row, _time, tokens) => 0.3 * tokens, { inputTokens: (row) => 1000 * (row + 1) }),
    false,
  ],
  [
    // Every second row has a prompt of 1,000 tokens and waits as long as any other of its kind.
    'more and more waits of other prompts than the usual ones',
    rowsOf((row, _time, tokens) => (tokens === 1000 ? 100 : 600 * row), {
      inputTokens: (row) => (row % 2 === 0 ? 1000 : row < 100 ? 10 : 100_000),
    }),
    false,
  ],
  ['a slow beginning', rowsOf((row) => (row < 50 ? 30_000 - 500 * row : 100)), false],
  ['a slow end', rowsOf((row) => (row < 150 ? 100 : 400 * (row - 149))), false],
  [
    'a pause in the middle',
    rowsOf((_row, time) => (time > 0.4 && time < 0.6 ? 20_000 : 100)),
    false,
  ],
  ['rows due all at once', rowsOf((row) => 100 * row, { dueMs: () => 0 }), false],
  ['fewer than 80 rows', rowsOf((row) => 800 + 300 * row).slice(0, 79), false],
];

test.each(cases)('hasGrownAllAlong() of %s', (_what, rows, hasGrown) => {
  expect(hasGrownAllAlong(rows)).toBe(hasGrown);
});

test('waitingAtQuarters() counts rows that are due and have no first token', () => {
  expect(waitingAtQuarters(rowsOf(() => 2000))).toEqual([4, 4, 4, 4]);
  // A row that ended without a token waits no more, one that was not sent never did.
  const lost = rowsOf(() => 2000).map((row) => ({ ...row, waitedToNs: undefined }));
  expect(waitingAtQuarters(lost)).toEqual([0, 0, 0, 0]);
});
