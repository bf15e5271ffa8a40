import { expect, test } from 'vitest';

import { judgeTarget, type Pair, ratio } from './targets.ts';
import { measureLines, targetLines, verdictLines } from './table.ts';

const pairs: readonly Pair[] = [
  { floor: { lag_p99_ms: 2.5, rows_ok: 100 }, replay: { lag_p99_ms: 3, sent_lag_p50_ms: 0.125 } },
  { floor: { lag_p99_ms: 3.5, rows_ok: 100 }, replay: { lag_p99_ms: 3 } },
];

test('measureLines() shows medians with their range, and a dash for the unknown', () => {
  expect(measureLines(['floor', 'replay'], pairs)).toEqual([
    '                                                         floor  replay',
    'arrival lag p99, from the least late    ms  3.00 [2.50 – 3.50]    3.00',
    'due to sent, p50                        ms                   –   0.125',
    'answers complete                      rows                 100       –',
  ]);
});

test('targetLines() shows what was expected beside what was measured', () => {
  const of = ratio('replay', 'floor', 'lag_p99_ms');
  const target = { text: 'lag ÷ the floor’s', unit: '×', of, judgedBy: 'median' } as const;
  const lines = targetLines([
    judgeTarget({ ...target, atMost: 1.01 }, pairs),
    judgeTarget({ ...target, text: 'noise' }, pairs),
    judgeTarget({ ...target, text: 'gone', of: () => undefined, atLeast: 20 }, pairs),
  ]);
  expect(lines).toEqual([
    'target                         measured  expected',
    'lag ÷ the floor’s  1.03 [0.86 – 1.20] ×  ≤ 1.01 ×   not reached',
    'noise              1.03 [0.86 – 1.20] ×',
    'gone                                – ×    ≥ 20 ×  not measured',
  ]);
});

test('verdictLines() counts what the runs said of themselves', () => {
  const run = (subject: string, verdict: string) => ({ subject, verdict });
  expect(
    verdictLines([run('replay', 'valid'), run('replay', 'degraded'), run('replay', 'valid')]),
  ).toEqual(['replay of its own runs: 2 valid, 1 degraded']);
});
