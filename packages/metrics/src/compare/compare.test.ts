import { describe, expect, test } from 'vitest';

import type { LatencyClaimTag, Reason } from '../schemas/fidelity.ts';
import { latencyOf } from '../record/latency.ts';
import type { RequestRecord } from '../record/record.ts';
import type { Summary } from '../schemas/summary.ts';
import { compareSides } from './compare.ts';
import type { ComparedRun, ComparedSide } from './compared-run.ts';
import type { MetricComparison } from '../schemas/comparison.ts';
import { drawRun } from '../test/drawn-runs.ts';
import { DRAWN_OBJECTIVES, drawSide, runOf, withVerdict } from '../test/drawn-sides.ts';

const RUN = { traceSeed: 5, runSeed: 1, rows: 400, servers: 10 };
const records = drawRun(RUN);

function sideOf(name: string, ...runs: readonly ComparedRun[]): ComparedSide {
  return { name, runs };
}

function failed({ row, due_ns, input_tokens_asked, output_tokens_asked }: RequestRecord) {
  const asked = { row, due_ns, input_tokens_asked, output_tokens_asked };
  return {
    schema_version: 1 as const,
    ...asked,
    outcome: 'failed' as const,
    sent_ns: due_ns,
    end_ns: due_ns + 1,
    failure: { class: 'reset' as const },
  };
}

/** Every n-th row failed. */
function withLosses(every: number): RequestRecord[] {
  return records.map((record) => (record.row % every === 0 ? failed(record) : record));
}

function metricOf(
  comparison: ReturnType<typeof compareSides>,
  metric: string,
  statistic: string,
): MetricComparison | undefined {
  return comparison.contests[0]?.metrics.find(
    (each) => each.metric === metric && each.statistic === statistic,
  );
}

describe('compareSides()', () => {
  const alike = compareSides([sideOf('a', runOf(records)), sideOf('b', runOf(records))]);

  test('finds no difference between a run and itself', () => {
    for (const { verdict, ratio = 1, difference = 0 } of alike.contests[0]?.metrics ?? []) {
      expect([verdict ?? 'not_told_apart', ratio, difference]).toEqual(['not_told_apart', 1, 0]);
    }
  });

  test('says within one run with one run a side or two, and names nobody', () => {
    for (const runs of [1, 2]) {
      const seeds = (from: number) => Array.from({ length: runs }, (_, k) => from + k);
      const [first, second] = [
        drawSide('a', { ...RUN, runSeeds: seeds(1) }),
        drawSide('b', { ...RUN, runSeeds: seeds(11), ttftFactor: 3 }),
      ];
      const { scope, contests } = compareSides([first, second]);
      expect(scope).toBe('within_one_run');
      expect(contests[0]?.winner).toBeUndefined();
      const metrics = contests[0]?.metrics ?? [];
      expect(metrics.filter(({ verdict }) => verdict === 'different').length).toBeGreaterThan(1);
      for (const { ahead, interval } of metrics) {
        expect(ahead).toBeUndefined();
        expect(interval?.scope ?? 'within_one_run').toBe('within_one_run');
      }
    }
  });

  test('names a winner over three repeats, whichever side it is on', () => {
    const fast = drawSide('fast', { ...RUN, runSeeds: [1, 2, 3] });
    const slow = drawSide('slow', { ...RUN, runSeeds: [11, 12, 13], ttftFactor: 3 });
    const there = compareSides([slow, fast]);
    const back = compareSides([fast, slow]);
    expect([there.scope, there.contests[0]?.winner]).toEqual(['between_runs', 1]);
    expect(back.contests[0]?.winner).toBe(0);
    const ratio = metricOf(there, 'time_to_first_token', 'p50')?.ratio as number;
    expect(metricOf(back, 'time_to_first_token', 'p50')?.ratio).toBeCloseTo(1 / ratio, 10);
  });

  test('counts a row that only one side lost against that side', () => {
    const losses = compareSides([sideOf('a', runOf(records)), sideOf('b', runOf(withLosses(4)))]);
    const [contest] = losses.contests;
    expect(contest?.lost).toEqual({ both: 0, first_only: 0, second_only: 100 });
    expect(contest?.verdicts).toMatchObject({ second_only: 0, first_only: 100 });
    // The kept rows are the same, so whoever dropped the lost pairs would see no difference at all.
    expect(metricOf(losses, 'time_to_first_token', 'mean')).toMatchObject({ second: 'infinite' });
    expect(metricOf(losses, 'time_to_first_token', 'p90')).toMatchObject({
      second: 'infinite',
      ratio: 'infinite',
      verdict: 'different',
    });
    expect(metricOf(losses, 'goodput', 'share')).toMatchObject({
      difference: -0.25,
      verdict: 'different',
    });
  });

  test('counts the rows beyond each limit, which is why they were not good', () => {
    const slower = drawRun({ ...RUN, ttftFactor: 3 });
    const { contests } = compareSides([sideOf('a', runOf(records)), sideOf('b', runOf(slower))]);
    const beyond = (from: readonly RequestRecord[], place: number) =>
      from.filter((record) => {
        const { metric, limitMs } = DRAWN_OBJECTIVES[place]!;
        const { totalNs, parts } = latencyOf(record, metric)!;
        return totalNs / parts > limitMs * 1e6;
      }).length;
    const [contest] = contests;
    for (const [side, from] of [
      ['first', records],
      ['second', slower],
    ] as const) {
      expect(contest?.load[side].beyond_limit).toEqual([
        { metric: 'time_to_first_token', rows: beyond(from, 0) },
        { metric: 'inter_token_latency', rows: beyond(from, 1) },
      ]);
    }
    expect(beyond(slower, 0)).toBeGreaterThan(beyond(records, 0));
  });

  test('counts a row that both lost for neither', () => {
    const both = compareSides([
      sideOf('a', runOf(withLosses(3))),
      sideOf('b', runOf(withLosses(3))),
    ]);
    expect(both.contests[0]?.lost).toEqual({ both: 134, first_only: 0, second_only: 0 });
    for (const { verdict = 'not_told_apart' } of both.contests[0]?.metrics ?? []) {
      expect(verdict).toBe('not_told_apart');
    }
  });

  test('counts rows without a record as lost', () => {
    const whole = runOf(records);
    const cut = { ...whole, rows: whole.rows.slice(0, 300) };
    const { contests } = compareSides([sideOf('a', whole), sideOf('b', cut)]);
    expect(contests[0]?.lost).toEqual({ both: 0, first_only: 0, second_only: 100 });
  });

  test('does not call a few rows of one burst a difference in goodput', () => {
    const burst = records.map((record) => (record.row < 6 ? failed(record) : record));
    const comparison = compareSides([sideOf('a', runOf(records)), sideOf('b', runOf(burst))]);
    const [{ verdicts } = {}] = comparison.contests;
    expect(verdicts).toMatchObject({ first_only: 6, second_only: 0 });
    expect(verdicts?.p).toBeCloseTo(0.03125, 12);
    expect(metricOf(comparison, 'goodput', 'share')?.verdict).toBe('not_told_apart');
  });

  test('does not call six rows in four hundred a difference, however evenly they lie', () => {
    const spread = records.map((record) => (record.row % 67 === 30 ? failed(record) : record));
    const comparison = compareSides([sideOf('a', runOf(records)), sideOf('b', runOf(spread))]);
    expect(comparison.contests[0]?.verdicts).toMatchObject({ first_only: 6, second_only: 0 });
    // The interval alone would: every slice has one of them. McNemar's test is not convinced.
    const good = metricOf(comparison, 'goodput', 'share');
    expect(good?.interval?.high).toBeLessThan(0);
    expect(good?.verdict).toBe('not_told_apart');
  });

  test('gives a percentile only where ten rows lie above it, and no interval of few rows', () => {
    const few = records.slice(0, 50);
    const comparison = compareSides([sideOf('a', runOf(few)), sideOf('b', runOf(few))]);
    expect(metricOf(comparison, 'time_to_first_token', 'p50')?.first).toBeGreaterThan(0);
    expect(metricOf(comparison, 'time_to_first_token', 'p90')).toBeUndefined();
    expect(comparison.contests[0]?.metrics.some(({ interval }) => interval)).toBe(false);
    expect(comparison.confidence.blocks).toBeUndefined();
  });

  test('holds every other side against the first, and is less sure of each', () => {
    const sides = ['a', 'b', 'c'].map((name) => sideOf(name, runOf(records)));
    const { contests, confidence } = compareSides(sides);
    expect(contests.map(({ first, second }) => [first, second])).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(confidence).toMatchObject({ together: 0.95, judged: 10, each: 0.995 });
  });

  test('pairs nothing across different traces, and so has no intervals', () => {
    const differences = [{ what: 'trace', first: 'x', second: 'y' }] as const;
    const { contests, doubts } = compareSides(
      [sideOf('a', runOf(records)), sideOf('b', runOf(records))],
      { differences },
    );
    expect(contests[0]?.paired).toBe(false);
    expect(contests[0]?.metrics.some(({ interval }) => interval)).toBe(false);
    expect(doubts[0]).toBe('The sides differ in trace, as was allowed: x against y.');
  });

  test('wants equally many runs a side', () => {
    const [run, other] = [runOf(records), runOf(records)];
    expect(() => compareSides([sideOf('a', run), sideOf('b', run, other)])).toThrow(
      'Cannot compare "b": it has 2 runs, expected 1 run as "a" has',
    );
    expect(() => compareSides([sideOf('a', run)])).toThrow('expected two or more with runs');
  });
});

describe('compareSides() doubts', () => {
  const repeats = (from: number, ttftFactor: number) =>
    drawSide(String(from), { ...RUN, runSeeds: [from, from + 1, from + 2], ttftFactor });
  const [fast, slow] = [repeats(1, 1), repeats(11, 3)];

  /** The same side with its first run changed. */
  function changed(change: (run: ComparedRun) => ComparedRun): ComparedSide {
    return { ...slow, runs: slow.runs.map((run, index) => (index === 0 ? change(run) : run)) };
  }

  const latencyError = (claim: LatencyClaimTag): Reason => {
    const numbers = { value_ms: 5, error_ms: 2 };
    return { kind: 'latency_error', verdict: 'invalid', claim, figure: 'p90', ...numbers };
  };

  const withSummary = (change: Partial<Summary>) => (run: ComparedRun) => ({
    ...run,
    summary: { ...run.summary, ...change },
  });

  const cases: [
    doubt: string,
    change: (run: ComparedRun) => ComparedRun,
    sentence: string,
    winner: number | undefined,
  ][] = [
    [
      'a run that was stopped',
      withSummary({ status: 'stopped' }),
      '11, run 1, did not complete (stopped)',
      undefined,
    ],
    [
      'a run whose measurement is invalid',
      withVerdict('invalid'),
      '11, run 1: its measurement is invalid. ',
      undefined,
    ],
    [
      'a run that is invalid in what is judged',
      withVerdict('invalid', [latencyError('connect_time'), latencyError('time_to_first_token')]),
      '11, run 1: its measurement is invalid. Time to first token: the measurement error',
      undefined,
    ],
    [
      'a run that is invalid elsewhere',
      withVerdict('invalid', [latencyError('connect_time')]),
      '11, run 1: its measurement is invalid, though not in what is judged here. Connect time',
      0,
    ],
    [
      'a run that is degraded',
      withVerdict('degraded'),
      '11, run 1: its measurement is degraded. ',
      0,
    ],
    [
      'a run without a verdict',
      ({ summary: { fidelity: _, ...summary }, ...run }) => ({ ...run, summary }),
      'The measurement error of runs of 11',
      0,
    ],
    [
      'runs at the same time',
      (run) => withSummary({ run: fast.runs[0]!.summary.run })(run),
      '1, run 1, and 11, run 1, ran at the same time',
      0,
    ],
    [
      'repeats of one seed',
      (run) => withSummary({ conditions: slow.runs[1]!.summary.conditions })(run),
      '11: repeats share a seed',
      0,
    ],
  ];

  test.each(cases)('tell of %s', (_doubt, change, sentence, winner) => {
    const { doubts, contests } = compareSides([fast, changed(change)]);
    expect(doubts.join('\n')).toContain(sentence);
    expect(contests[0]?.winner).toBe(winner);
  });

  test('tell of several runs of a side in one sentence', () => {
    const runs = slow.runs.map((run, index) => (index < 2 ? withVerdict('invalid')(run) : run));
    const { doubts } = compareSides([fast, { ...slow, runs }]);
    expect(doubts).toEqual([
      '11, runs 1 and 2: their measurement is invalid. Run 1: see its summary.',
    ]);
  });

  test('are none between runs that are as they should be', () => {
    const { doubts, contests } = compareSides([fast, slow]);
    expect([doubts, contests[0]?.winner]).toEqual([[], 0]);
  });
});

describe('compareSides() caveats', () => {
  const caveat = (first: string, second: string) =>
    compareSides([sideOf(first, runOf(records)), sideOf(second, runOf(records))]).caveats.join();

  const cases: [names: [string, string], sentence: string][] = [
    [['aggregated-round-robin', 'disaggregated-kv'], 'Three things differ at once'],
    [['disagg-kv-dsv32-nvfp4', 'agg-round-robin-dsv32-nvfp4'], '--prefix-cache on'],
    [['aggregated-round-robin-prefix-cache-on', 'disaggregated-kv'], 'Two things differ at once'],
    [['disaggregated-kv', 'disaggregated-kv-2'], ''],
    [['before', 'after'], ''],
  ];

  test.each(cases)('of %s', ([first, second], sentence) => {
    expect(caveat(first, second)).toContain(sentence);
    if (sentence === '') expect(caveat(first, second)).toBe('');
  });
});

describe('compareSides() of sides that count tokens in different ways', () => {
  const uncounted = ({ output_tokens: _, output_tokens_by: _by, ...record }: RequestRecord) => ({
    ...record,
    stream_notes: ['length_unknown' as const],
  });
  const byChunks = (record: RequestRecord): RequestRecord => ({
    ...record,
    output_tokens_by: 'chunks',
    stream_notes: ['counted_by_chunks'],
  });
  const firstKnown = (record: RequestRecord): RequestRecord => ({
    ...record,
    content_tokens: [2, (record.output_tokens ?? 2) - 2],
  });
  /** Twice as long between tokens, in three runs with the same luck. */
  const slow = (record: RequestRecord): RequestRecord => {
    const [firstNs = 0, lastNs = 0] = record.content_ns ?? [];
    return { ...record, content_ns: [firstNs, 2 * lastNs - firstNs], end_ns: 2 * lastNs };
  };
  const repeats = (name: string, change: (record: RequestRecord) => RequestRecord) =>
    sideOf(
      name,
      ...[1, 2, 3].map((runSeed) =>
        runOf(drawRun({ ...RUN, runSeed }).map(change), {
          seed: runSeed,
          startedMs: runSeed * 1e6 + (name === 'a' ? 0 : 5e5),
        }),
      ),
    );

  test('names who has the slower tokens, if both are counted alike', () => {
    const comparison = compareSides([repeats('a', (record) => record), repeats('b', slow)]);
    expect(metricOf(comparison, 'inter_token_latency', 'p50')?.verdict).toBe('different');
    expect(comparison.contests[0]?.winner).toBe(0);
  });

  test.each([
    ['nobody', uncounted, 'b not at all'],
    ['chunks', byChunks, 'b by chunks'],
    ['the server on the first event', firstKnown, 'b after the first event'],
  ])('judges neither ITL nor goodput where one is counted by %s', (_by, change, words) => {
    const sides = [repeats('a', (record) => record), repeats('b', (each) => change(slow(each)))];
    const { contests, doubts, confidence } = compareSides(sides);
    const { metrics = [], winner, verdicts } = contests[0] ?? {};
    const judged = metrics.filter(({ headline }) => headline).map(({ metric }) => metric);
    expect(new Set(judged)).toEqual(new Set(['time_to_first_token']));
    expect(confidence.judged).toBe(judged.length);
    expect([winner, verdicts]).toEqual([undefined, undefined]);
    expect(doubts[0]).toBe('Inter-token latency and goodput are not compared.');
    expect(doubts.join(' ')).toContain(words);
  });
});
