import { expect, test } from 'vitest';

import { readReport } from './replay.ts';

const line = (record: object) => `${JSON.stringify(record)}\n`;

test('readReport() counts from the zero, and leaves out what did not succeed', () => {
  const records =
    line({
      row: 3,
      outcome: 'ok',
      due_ns: 2e6,
      sent_ns: 2.5e6,
      content_ns: [52.5e6, 62e6, 72.5e6],
      output_tokens: 3,
    }) + line({ row: 4, outcome: 'failed', due_ns: 3e6, sent_ns: 4e6 });
  const zero = { monotonic_ns: '900719925474000000' };
  const report = readReport({ run: { id: 'a-b' }, zero }, records);
  expect(report).toEqual({
    requests: [
      {
        requestId: 'a-b-3',
        dueAtMs: 900719925474 + 2,
        sentLagMs: 0.5,
        ttftMs: 50,
        itlMs: 10,
      },
    ],
    ttftMeanMs: 50,
    gapP99Ms: 10.5,
  });
});
