// Directories of runs that were written long ago are read as they were then. Nothing but the
// command is imported, so that this file can stay as it is whatever the code behind it becomes.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';

import { type Ended, runCli as run } from '../packages/cli/src/test/run-cli.ts';

type Json = Readonly<Record<string, unknown>>;

const root = fileURLToPath(new URL('..', import.meta.url));
/** A copy, because `merge` writes, and nobody may write into the runs themselves. */
const copy = mkdtempSync(join(tmpdir(), 'trace-replay-old-runs-'));
cpSync(join(root, 'fixtures/runs'), copy, { recursive: true });
// What a kill in the middle of a line leaves.
cpSync(join(copy, 'v1/killed'), join(copy, 'v1/cut'), { recursive: true });
const cutRecords = join(copy, 'v1/cut/small/records.jsonl');
truncateSync(cutRecords, readFileSync(cutRecords).length - 100);

const here = process.cwd();
beforeAll(() => process.chdir(copy));
afterAll(() => {
  process.chdir(here);
  rmSync(copy, { recursive: true });
});

const AB = 'v1/compared/1796054867_ab';
const SLOW_AND_FAST = [`${AB}/slow`, `${AB}/fast`];
const STRICT = 'time_to_first_token:21.5 inter_token_latency:5.1';

const reports: [golden: string, args: string[]][] = [
  ['report-completed', ['report', 'v1/completed/small']],
  ['report-completed-strict', ['report', 'v1/completed/small', '--goodput', STRICT]],
  ['report-killed', ['report', 'v1/killed/small']],
  ['report-cut', ['report', 'v1/cut/small']],
  ['report-shard', ['report', 'v1/shards/small/shard-1-of-2']],
  ['report-merged', ['report', 'v1/merged/shards/small']],
  ['report-compared', ['report', `${SLOW_AND_FAST[1]}/1796054870_fast_seed-43/small`]],
  ['merge', ['merge', 'v1/shards', '--artifact-dir', 'merged-now']],
  [
    'merge-one',
    ['merge', 'v1/shards/small/shard-1-of-2', '--allow-missing', '--artifact-dir', 'merged-one'],
  ],
];

test.for(reports)('%s gives the figures of its time', async ([golden, args], local) => {
  const { code, json } = await runJson(args);
  const rows = json['rows'] as Readonly<Record<string, number>>;
  const { total, ok = 0, failed = 0, aborted_inflight: aborted = 0, not_sent: notSent = 0 } = rows;
  expect(ok + failed + aborted + notSent).toBe(total);
  await expectGolden(local, golden, { code, ...figuresOf(json) });
});

const comparisons: [golden: string, args: string[]][] = [
  ['compare-sides', ['compare', ...SLOW_AND_FAST]],
  ['compare-sides-strict', ['compare', ...SLOW_AND_FAST, '--goodput', STRICT]],
  ['compare-runs', ['compare', 'v1/merged/shards/small', 'v1/completed/small']],
];

test.for(comparisons)('%s finds what was found then', async ([golden, args], local) => {
  const { code, json } = await runJson(args);
  await expectGolden(local, golden, { code, ...comparedOf(json) });
});

test('the comparison that was written then is the one that is made now', async () => {
  const written = JSON.parse(readFileSync(join(copy, AB, 'comparison.json'), 'utf8')) as Json;
  const { json } = await runJson(['compare', ...SLOW_AND_FAST]);
  expect(comparedOf(json)).toEqual(comparedOf(written));
});

test.each([
  ['completed/small', 'report-completed'],
  ['merged/shards/small', 'report-merged'],
  ['shards/small/shard-1-of-2', 'report-shard'],
])('the summary that was written in %s is the one that is made now', (directory, golden) => {
  const written = readFileSync(join(copy, 'v1', directory, 'summary.json'), 'utf8');
  const then = figuresOf(JSON.parse(written) as Json);
  const now = JSON.parse(readFileSync(goldenPath(golden), 'utf8')) as Json;
  expect({ code: 0, ...then, ...checkedAgain(now) }).toEqual(now);
});

/**
 * The server check, where rows failed after a token: it then compared their tokens too, as the
 * server's, with those of the ok rows alone.
 */
function checkedAgain({ server_check: said }: Json): Json {
  const check = (said as { check?: Json } | undefined)?.check;
  return check?.['cut_rows'] === undefined ? {} : { server_check: said };
}

const refusals: [what: string, args: string[]][] = [
  ['a merge of one shard of two', ['merge', 'v1/shards/small/shard-1-of-2']],
  ['a comparison of runs of different rows', ['compare', `${AB}/slow`, 'v1/completed/small']],
];

test.each(refusals)('%s is refused', async (_what, args) => {
  expect(await run(args)).toMatchObject({ code: 2, stdout: '' });
});

// How the text is laid out is not our matter, that there is one is.
test.each([
  ['24', ['report', 'v1/completed/small']],
  ['24', ['merge', 'v1/shards', '--artifact-dir', 'merged-as-text']],
  ['fast', ['compare', ...SLOW_AND_FAST]],
])('a text with "%s" is printed by %s', async (word, args) => {
  const { code, stdout } = await run(args);
  expect([code, stdout.includes(word)]).toEqual([0, true]);
});

async function runJson(args: readonly string[]): Promise<{ code: Ended['code']; json: Json }> {
  const { code, stdout } = await run([...args, '--json']);
  return { code, json: JSON.parse(stdout) as Json };
}

const METRICS = [
  'time_to_first_token',
  'inter_token_latency',
  'request_latency',
  'time_to_first_token_from_schedule',
  'request_latency_from_schedule',
  'inter_chunk_latency',
  'schedule_lag',
  'connect_time',
  'time_to_first_token_all_rows',
  'inter_token_latency_all_rows',
  'request_latency_all_rows',
];

/** What a reader of a summary relies on. Fields that come later are not looked at. */
function figuresOf(summary: Json): Json {
  return {
    ...pick(summary, ['status', 'failures', 'notes', 'duration_seconds']),
    ...pick(summary, ['benchmark_duration_seconds']),
    rows: part(summary, 'rows', ['total', 'ok', 'failed', 'aborted_inflight', 'not_sent']),
    length_mismatch: (summary['rows'] as Json)['length_mismatch'],
    metrics: Object.fromEntries(
      METRICS.map((tag) => [
        tag,
        part(summary['metrics'] as Json, tag, [
          ...['unit', 'count', 'infinite', 'mean', 'min', 'max'],
          ...['p50', 'p90', 'p95', 'p99', 'p99_9'],
        ]),
      ]),
    ),
    goodput: part(summary, 'goodput', [
      ...['objectives', 'good', 'fraction', 'requests_per_second', 'tokens_per_second'],
      ...['good_from_schedule', 'good_as_aiperf'],
    ]),
    rates: part(summary, 'rates', [
      ...['requests_per_second', 'output_tokens_per_second', 'total_tokens_per_second'],
    ]),
    tokens: part(summary, 'tokens', ['output_asked', 'output_counted', 'counted_by']),
    prompt: part(summary, 'prompt', ['rows', 'requested', 'counted', 'drift']),
    cache: part(summary, 'cache', ['observed', 'router', 'predicted']),
    arrivals: part(summary, 'arrivals', ['chunks', 'gaps', 'coalesced']),
    bodies: part(summary, 'bodies', ['count', 'bytes', 'digest']),
    server_check: part(summary, 'server_metrics', ['check']),
  };
}

/** What a comparison found: figures, intervals and winners; caveats and doubts are prose. */
function comparedOf(comparison: Json): Json {
  const contests = comparison['contests'] as readonly Json[];
  return {
    scope: comparison['scope'],
    contests: contests.map((contest) => ({
      ...pick(contest, ['first', 'second', 'paired', 'lost', 'verdicts']),
      metrics: (contest['metrics'] as readonly Json[]).map((metric) =>
        pick(metric, [
          ...['metric', 'statistic', 'unit', 'first', 'second', 'difference', 'ratio'],
          ...['interval', 'verdict', 'winner'],
        ]),
      ),
    })),
  };
}

function part(whole: Json, key: string, fields: readonly string[]): Json | undefined {
  const value = whole[key] as Json | undefined;
  return value && pick(value, fields);
}

function pick(value: Json, fields: readonly string[]): Json {
  return Object.fromEntries(
    fields.filter((field) => field in value).map((field) => [field, value[field]]),
  );
}

function goldenPath(name: string): string {
  return join(root, 'checks/old-runs', `${name}.json`);
}

/** Rewritten by `-u`. A file that is missing fails, also where vitest would write it. */
async function expectGolden({ expect }: TestContext, name: string, value: Json): Promise<void> {
  const isThere = existsSync(goldenPath(name));
  await expect(`${JSON.stringify(value, undefined, 2)}\n`).toMatchFileSnapshot(goldenPath(name));
  expect(isThere, `${name}.json was there before`).toBe(true);
}
