import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const built = (file: string) => fileURLToPath(new URL(`../dist/${file}`, import.meta.url));

/** Collects rows one by one and makes their page; prints the most memory it had, and its size. */
const PROGRAM = `
const { RunData, renderRunPage } = await import(${JSON.stringify(built('index.js'))});
const { syntheticRecords, syntheticRun } = await import(
  ${JSON.stringify(built('test/synthetic-run.js'))}
);
const rows = 1_000_000;
const gapSeconds = 0.005;
const { summary } = syntheticRun({ rows: 1000, gapSeconds, outputTokens: 2 });
const whole = { ...summary, duration_seconds: rows * gapSeconds };
const data = new RunData(whole, [{ metric: 'time_to_first_token', limitMs: 1000 }]);
for (const record of syntheticRecords({ rows, gapSeconds, outputTokens: 2 })) data.add(record);
const bytes = renderRunPage(data).length;
console.log(JSON.stringify({ rows: data.rows, bytes, kib: process.resourceUsage().maxRSS }));
`;

test('the page of 1,000,000 rows takes less than 500 MB, and has at most 1.5 MB', () => {
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    encoding: 'utf8',
  });
  const { rows, bytes, kib } = JSON.parse(text) as Record<'rows' | 'bytes' | 'kib', number>;
  expect(rows).toBe(1_000_000);
  expect(bytes).toBeLessThan(1_500_000);
  expect((kib * 1024) / 1e6).toBeLessThan(500);
}, 300_000);
