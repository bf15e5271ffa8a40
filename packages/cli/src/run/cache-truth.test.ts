import { type MockProcess, startMock } from '@trace-replay/mock';
import type { Summary } from '@trace-replay/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createScratch, runCli } from '../test/run-cli.ts';

const NOT_COLD = /More was cached than the selected rows share/;
const scratch = createScratch();
let mock: MockProcess;
let trace: string;

beforeAll(async () => {
  mock = await startMock({ deployment: { workers: 1, prefixCache: true, timeScale: 0 } });
  // Every row begins with the same block; the last two rows are not selected.
  const rows = Array.from({ length: 22 }, (_, index) => ({
    timestamp: index * 10,
    input_length: 1024,
    output_length: 2,
    hash_ids: [7, 100 + index],
  }));
  trace = scratch.write('t.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});

afterAll(async () => {
  await mock.stop();
  scratch.remove();
});

async function replay(...flags: string[]): Promise<Summary> {
  const target = ['--trace', trace, '--url', mock.url, '--limit', '20'];
  const artifacts = ['--artifact-dir', `${scratch.path}/artifacts/${flags.join('')}`];
  const { code, stdout, stderr } = await runCli([...target, ...artifacts, '--json', ...flags]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Summary;
}

test('a server that has met the prompts before is found out, a cold one is not', async () => {
  const predicted = {
    rows: 20,
    cached_tokens: 19 * 512,
    prompt_tokens: 20 * 1024,
    mean_hit_rate: 19 / 40,
  };

  const cold = await replay('--seed', '1');
  expect(cold.cache).toEqual({
    observed: { rows: 20, cached_tokens: 19 * 512, prompt_tokens: expect.any(Number) as number },
    predicted,
  });

  const warm = await replay('--seed', '1', '--name', 'again');
  expect(warm.cache).toMatchObject({ predicted, exceeds_prediction: true });
  expect(warm.cache?.observed?.cached_tokens).toBeGreaterThan(19 * 1024);

  const other = await replay('--seed', '2');
  expect(other.cache).toEqual(cold.cache);
});

test('the report says so, also when it is made again from the records', async () => {
  const runs = scratch.files().filter((file) => file.endsWith('/run.json'));
  const reports = await Promise.all(
    runs.map((file) => runCli(['report', `${scratch.path}/${file.slice(0, -'/run.json'.length)}`])),
  );
  const said = reports.map(({ stdout }) => [
    /ceiling of a cold cache/.test(stdout),
    NOT_COLD.test(stdout),
  ]);
  expect(said.toSorted()).toEqual([
    [true, false],
    [true, false],
    [true, true],
  ]);
});
