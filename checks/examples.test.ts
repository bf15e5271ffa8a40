import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startMock } from '@trace-replay/mock';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

test('examples/library.mjs replays ten rows with the libraries alone', async () => {
  const mock = await startMock({ latency: { ttftMs: 5, itlMs: 10 } });
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['examples/library.mjs', 'fixtures/traces/ten.jsonl', mock.url],
      { cwd: root },
    );
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.slice(0, 10).every((line) => / ok \d+ $/.test(`${line.trimEnd()} `))).toBe(true);
    expect(lines[10]).toBe('good 10 of 10');
  } finally {
    await mock.stop();
  }
});
