import { join } from 'node:path';

import { comparisonSchema } from '@trace-replay/metrics';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { demoOptionsSchema, scaledObjectives } from './demo.ts';
import { demoTrace } from './demo-trace.ts';
import { createScratch, runCli, type Scratch, traceText } from '../test/run-cli.ts';

let scratch: Scratch;
beforeEach(() => (scratch = createScratch()));
afterEach(() => scratch.remove());

const demo = (...args: string[]) => {
  const short = ['--limit', '20', '--time-scale', '0.1', '--repeat', '1'];
  const artifacts = ['--artifact-dir', join(scratch.path, 'artifacts')];
  return runCli(['demo', ...short, ...artifacts, ...args]);
};

describe('replay demo', () => {
  test('replays against both deployments, tells why, and names the ablation', async () => {
    const { code, stdout, stderr } = await demo();
    expect(code).toBe(0);
    for (const text of [
      'aggregated-round-robin · ',
      'disaggregated-kv · ',
      'Three things differ at once',
      '--prefix-cache on',
      'why ',
      'by the router',
      'No winner: one run per side',
      // The limits are as much shorter as the times.
      'time_to_first_token ≤ 2,000 ms',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stderr).toContain('at 10× real time');
    expect(stderr).toContain('For your own servers');
    expect(scratch.read('artifacts/demo-trace.jsonl')).toBe(`${demoTrace().join('\n')}\n`);
  });

  test('with the prefix cache on, two things differ', async () => {
    const { code, stdout } = await demo('--prefix-cache', 'on', '--json');
    expect(code).toBe(0);
    const { caveats, contests, sides } = comparisonSchema.parse(JSON.parse(stdout));
    expect(sides[0]?.name).toBe('aggregated-round-robin-prefix-cache-on');
    expect(caveats.join()).toContain('Two things differ at once');
    expect(contests[0]?.load.first.cached_share).toBeGreaterThan(0.1);
  });

  test('replays the trace that is given, and leaves its own away', async () => {
    const { code, stdout } = await demo('--trace', scratch.write('given.jsonl', traceText(3)));
    expect(code).toBe(0);
    expect(stdout).toContain('given.jsonl · all 3 rows');
    expect(scratch.files('artifacts').filter((file) => file.endsWith('demo-trace.jsonl'))).toEqual(
      [],
    );
  });

  test('refuses what it cannot use before it starts anything', async () => {
    const { code, stderr } = await demo('--time-scale', '2');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Cannot use --time-scale "2"')]);
  });
});

test.each([
  [1, 'time_to_first_token:20000 inter_token_latency:30'],
  [0.05, 'time_to_first_token:1000 inter_token_latency:1.5'],
])('scaledObjectives() at %s of the time', (timeScale, objectives) => {
  expect(scaledObjectives(timeScale)).toBe(objectives);
});

test('the demonstration makes enough runs to tell deployments apart', () => {
  expect(demoOptionsSchema.parse({}).repeat).toBeGreaterThanOrEqual(3);
});
