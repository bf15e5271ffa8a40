import { describe, expect, test } from 'vitest';

import type { ShardStates } from '../merge/shards.ts';
import type { MetricSummaries } from '../schemas/summary.ts';
import { lateness, QUIET, readingsWith } from '../test/drawn-readings.ts';
import { fidelityOfShards } from '../merge/fidelity-of-shards.ts';
import { fidelitySchema, type Reason, reasonSchema } from '../schemas/fidelity.ts';
import { countDuration, createLogCounts } from '../count/log-counts.ts';
import type { Readings } from '../schemas/readings.ts';
import type { RunFacts } from './run-reasons.ts';
import { decidingReasons } from './deciding-reasons.ts';
import { describeReason } from './sentences.ts';
import { type CountedRows, fidelityOf } from './verdict.ts';

/** A metric with p50 and p99 over 1,000 values. */
function metric(p50: number, p99: number, figures: Partial<MetricSummaries['schedule_lag']> = {}) {
  const percentiles = { p50, p90: p50, p95: p50, p99 };
  return {
    unit: 'ms' as const,
    count: 1000,
    mean: p50,
    min: p50 / 2,
    max: p99 * 2,
    ...percentiles,
    ...figures,
  };
}

const FACTS: RunFacts = {
  status: 'completed',
  rows: { total: 1000, ok: 1000, failed: 0, aborted_inflight: 0, not_sent: 0, length_mismatch: 0 },
  failures: {},
  metrics: {
    time_to_first_token: metric(50, 80),
    inter_token_latency: metric(10, 11),
    request_latency: metric(3000, 3200),
    schedule_lag: metric(0.05, 0.6),
  },
};

function facts(rows: Partial<RunFacts['rows']>, rest: Partial<RunFacts> = {}): RunFacts {
  return { ...FACTS, ...rest, rows: { ...FACTS.rows, ...rows } };
}

/** Rows of 300 tokens whose verdicts would turn at these errors, in ms. */
function counted(...marginsMs: number[]): CountedRows {
  const flipMargins = createLogCounts();
  const gapsPerRow = createLogCounts();
  for (const marginMs of marginsMs) countDuration(flipMargins, marginMs * 1e6);
  for (let row = 0; row < 1000; row++) countDuration(gapsPerRow, 299);
  return {
    objectives: [{ metric: 'time_to_first_token', limitMs: 100 }],
    flipMargins,
    gapsPerRow,
  };
}

function judged(run: RunFacts, readings: Readings, rows = counted()) {
  const fidelity = fidelityOf(run, rows, readings);
  expect(fidelitySchema.parse(fidelity)).toStrictEqual(fidelity);
  return fidelity;
}

test('fidelityOf() a quiet run is valid, without a reason', () => {
  const { verdict, strict, claims, reasons } = judged(FACTS, QUIET);
  expect({ verdict, strict, reasons }).toEqual({ verdict: 'valid', strict: 'valid', reasons: [] });
  expect(Object.keys(claims)).toEqual([
    'time_to_first_token',
    'inter_token_latency',
    'request_latency',
    'schedule',
    'goodput',
  ]);
});

test.each([
  ['the same in every row', 12, 12, 'valid', []],
  ['another by row', 108, 657, 'degraded', ['prompt_drift']],
  ['one token more in some', -1, 0, 'degraded', ['prompt_drift']],
])('fidelityOf() a run whose prompts drift by %s', (_drift, min, max, verdict, kinds) => {
  const drift = { min, max, mean: (min + max) / 2 };
  const prompt = { rows: 1000, requested: 9000, counted: 9000, drift };
  const fidelity = judged({ ...FACTS, prompt }, QUIET);
  expect(fidelity.verdict).toBe(verdict);
  expect((fidelity.server_reasons ?? []).map(({ kind }) => kind)).toEqual(kinds);
});

test('describeReason() says how prompts drift, what it may mean, and what to try', () => {
  const drift = { least: 108, most: 657, rows: 40 };
  const sentence = describeReason({ kind: 'prompt_drift', verdict: 'degraded', ...drift });
  expect(sentence).toContain('differently by row: +108 to +657 tokens in 40 rows');
  expect(sentence).toContain('--prompt token-ids');
});

const loops = (change: Partial<NonNullable<Readings['loops']>>) => readingsWith({ loops: change });
const host = (change: Partial<NonNullable<Readings['host']>>) => readingsWith({ host: change });
const THROTTLED = host({ throttling: { periods: 1000, throttled_periods: 4, throttled_ms: 200 } });
const clocks = { drift_ms: 0, largest_step_ms: 0, suspended_ms: 0 };

/** One thing goes wrong in a quiet run: what the run's verdict becomes, and why. */
const faults: [
  fault: string,
  RunFacts,
  Readings,
  verdict: string,
  strict: string,
  kinds: Reason['kind'][],
][] = [
  [
    'a stall of 200 ms that only one stamp in a thousand saw',
    FACTS,
    loops({ receive_error: lateness(0.05, 0.4, 197, 10_000) }),
    'valid',
    'degraded',
    ['stall'],
  ],
  [
    'a stall of 200 ms in the event loop between two stamps',
    FACTS,
    loops({ loop_delay: lateness(0.1, 0.9, 200) }),
    'valid',
    'degraded',
    ['stall'],
  ],
  [
    'a garbage collection of 150 ms',
    FACTS,
    loops({ gc: { count: 1, total_ms: 150, longest_ms: 150 } }),
    'valid',
    'degraded',
    ['stall'],
  ],
  [
    'stalls in one stamp of fifty',
    FACTS,
    loops({
      receive_error: lateness(0.05, 20, 200),
      longest_stall: { late_ms: 200, waited_ms: 150 },
    }),
    'invalid',
    'invalid',
    ['latency_error', 'stall'],
  ],
  [
    'stamps 2 ms late at p99: 2.5 % of a TTFT of 80 ms',
    FACTS,
    loops({ receive_error: lateness(0.05, 2, 9) }),
    'degraded',
    'degraded',
    ['latency_error'],
  ],
  [
    'a competitor for the CPU',
    FACTS,
    loops({
      receive_error: lateness(0.6, 4, 9),
      run_queue: { on_core_ms: 20_000, wait_ms: 9000, slices: 9000 },
    }),
    'degraded',
    'degraded',
    ['latency_error', 'run_queue_wait'],
  ],
  [
    'a competitor for the CPU that waits for its chance: no stamp was late yet',
    FACTS,
    loops({ run_queue: { on_core_ms: 20_000, wait_ms: 11_000, slices: 90_000 } }),
    'valid',
    'degraded',
    ['run_queue_wait'],
  ],
  [
    'a process that uses all the cores it may',
    FACTS,
    host({ cpu: { cores_allowed: 2, cores_used: 1.9 } }),
    'valid',
    'degraded',
    ['cpu_short'],
  ],
  [
    'too few descriptors: the last ones are in use',
    FACTS,
    host({ descriptors: { limit: 1024, peak_open: 1000 } }),
    'valid',
    'degraded',
    ['descriptors'],
  ],
  [
    'too few descriptors: one row found none',
    facts({ ok: 999, failed: 1 }, { failures: { local_limit: 1 } }),
    QUIET,
    'degraded',
    'degraded',
    ['local_limit'],
  ],
  [
    'too few descriptors: every tenth row found none',
    facts({ ok: 900, failed: 100 }, { failures: { local_limit: 100 } }),
    host({ descriptors: { limit: 64, peak_open: 64 } }),
    'invalid',
    'invalid',
    ['local_limit', 'descriptors'],
  ],
  [
    'a wall clock stepped by an hour',
    FACTS,
    host({ clocks: { drift_ms: 3.6e6, largest_step_ms: 3.6e6, suspended_ms: 0 } }),
    'valid',
    'degraded',
    ['clock_step'],
  ],
  [
    'a wall clock stepped back by an hour and on again',
    FACTS,
    host({ clocks: { ...clocks, largest_step_ms: -3.6e6 } }),
    'valid',
    'degraded',
    ['clock_step'],
  ],
  [
    'a machine that slept for ten seconds: no step of the clock beside it',
    FACTS,
    host({ clocks: { drift_ms: 10_001, largest_step_ms: 10_001, suspended_ms: 10_000 } }),
    'valid',
    'degraded',
    ['suspended'],
  ],
  [
    'a machine that slept and a clock that was stepped',
    FACTS,
    host({ clocks: { drift_ms: 70_000, largest_step_ms: 60_000, suspended_ms: 10_000 } }),
    'valid',
    'degraded',
    ['clock_step', 'suspended'],
  ],
  [
    'throttling for 0.2 % of the run',
    FACTS,
    host({ throttling: { periods: 1000, throttled_periods: 4, throttled_ms: 200 } }),
    'valid',
    'degraded',
    ['throttled'],
  ],
  [
    'rows not sent, and no signal',
    facts({ ok: 990, not_sent: 10 }),
    QUIET,
    'degraded',
    'degraded',
    ['rows_not_sent'],
  ],
  [
    '2 % of the wrong length',
    facts({ length_mismatch: 20 }),
    QUIET,
    'degraded',
    'degraded',
    ['length_mismatch'],
  ],
  [
    'a lag p99 of 5 ms where the gap is 100 ms',
    facts({}, { metrics: { schedule_lag: metric(0.1, 5) } }),
    QUIET,
    'valid',
    'degraded',
    ['schedule_lag'],
  ],
  [
    'a lag p50 of 11 ms where the gap is 100 ms',
    facts({}, { metrics: { schedule_lag: metric(11, 12) } }),
    QUIET,
    'valid',
    'invalid',
    ['schedule_lag'],
  ],
  [
    'a lag because all sockets were in use',
    facts({}, { metrics: { schedule_lag: metric(0.1, 150), socket_wait: metric(30, 150) } }),
    QUIET,
    'degraded',
    'invalid',
    ['schedule_lag', 'socket_wait'],
  ],
  [
    'a row sent before it was due',
    facts({}, { metrics: { schedule_lag: metric(0.1, 0.2, { min: -0.3 }) } }),
    QUIET,
    'invalid',
    'invalid',
    ['sent_early'],
  ],
  [
    'too few canary stamps',
    FACTS,
    loops({ receive_error: lateness(0.05, 0.4, 3, 19) }),
    'degraded',
    'degraded',
    ['error_unknown'],
  ],
  [
    'no loop watched at all',
    FACTS,
    { schedule: QUIET.schedule, host: QUIET.host },
    'degraded',
    'degraded',
    ['error_unknown'],
  ],
  [
    'a client that stood still: one row in twenty left up to 1 s late, TTFT 50 ms',
    facts({}, { metrics: { ...FACTS.metrics, schedule_lag: metric(0.1, 900, { p95: 60 }) } }),
    QUIET,
    'invalid',
    'invalid',
    ['schedule_lag'],
  ],
  [
    'rows that left late by a part of the TTFT: the gap is 100 ms',
    facts({}, { metrics: { ...FACTS.metrics, schedule_lag: metric(0.1, 4.9) } }),
    QUIET,
    'valid',
    'degraded',
    ['schedule_lag'],
  ],
  [
    'rows not sent in more than one case of a hundred',
    facts({ ok: 989, not_sent: 11 }),
    QUIET,
    'invalid',
    'invalid',
    ['rows_not_sent'],
  ],
  [
    'gaps between chunks and times to connect that are not reliable',
    facts(
      {},
      {
        metrics: {
          ...FACTS.metrics,
          request_latency: metric(30_000, 32_000),
          time_to_first_token: metric(5000, 8000),
          inter_chunk_latency: metric(2, 6),
          connect_time: metric(1, 9),
        },
      },
    ),
    loops({ receive_error: lateness(0.05, 2, 9) }),
    'valid',
    'invalid',
    ['latency_error'],
  ],
];

test.each(faults)('fidelityOf() %s', (_fault, run, readings, verdict, strict, kinds) => {
  const fidelity = judged(run, readings);
  expect(fidelity.strict).toBe(strict);
  const seen = [...new Set(fidelity.reasons.map(({ kind }) => kind))];
  expect({ verdict: fidelity.verdict, seen: seen.toSorted() }).toEqual({
    verdict,
    seen: kinds.toSorted(),
  });
});

const harmless: [what: string, RunFacts, Readings][] = [
  ['rows not sent after a signal', facts({ ok: 990, not_sent: 10 }, { status: 'stopped' }), QUIET],
  ['1 % of the wrong length', facts({ length_mismatch: 10 }), QUIET],
  [
    'rows that the server failed',
    facts({ ok: 0, failed: 1000 }, { failures: { reset: 1000 } }),
    QUIET,
  ],
  [
    'a tenth of the run in the run queue, a short while each time, and no stamp late',
    FACTS,
    loops({ run_queue: { on_core_ms: 20_000, wait_ms: 9900, slices: 90_000 } }),
  ],
  ['a stall of 99 ms', FACTS, loops({ receive_error: lateness(0.05, 0.4, 99, 10_000) })],
  [
    'throttling for 0.05 % of the run',
    FACTS,
    host({ throttling: { periods: 9, throttled_periods: 1, throttled_ms: 50 } }),
  ],
  ['a clock slewed by 90 ms', FACTS, host({ clocks: { ...clocks, drift_ms: 90 } })],
  ['a platform that tells nothing of the host', FACTS, { ...QUIET, host: undefined }],
];

test('decidingReasons() names three at most, invalid ones first, each with a next step once', () => {
  const readings = loops({
    receive_error: lateness(0.05, 20, 200),
    run_queue: { on_core_ms: 20_000, wait_ms: 9000, slices: 9000 },
  });
  const metrics = { ...FACTS.metrics, schedule_lag: metric(0.1, 900), connect_time: metric(1, 2) };
  const run = facts({ ok: 990, failed: 10 }, { metrics, failures: { local_limit: 10 } });
  const fidelity = judged(run, readings, counted(...Array<number>(30).fill(9)));
  const reasons = decidingReasons(fidelity);
  expect(reasons.map(({ reason }) => [reason.kind, reason.verdict])).toEqual([
    ['schedule_lag', 'invalid'],
    ['goodput_flips', 'invalid'],
    ['latency_error', 'invalid'],
  ]);
  expect(reasons.map(({ advice }) => advice?.slice(0, 27))).toEqual([
    'Something else uses the CPU',
    undefined,
    undefined,
  ]);
  expect(decidingReasons(fidelity, 9).map(({ reason }) => reason.kind)).not.toContain('stall');
});

test('decidingReasons() puts kinds of earlier releases after those that decide today', () => {
  const slow = judged(FACTS, loops({ receive_error: lateness(0.05, 20, 200) }));
  const [{ verdict }] = decidingReasons(slow).map(({ reason }) => reason) as [Reason];
  const clock = { kind: 'clock_step', verdict, step_ms: 500 } as unknown as Reason;
  const old = { ...slow, reasons: [clock, ...slow.reasons] };
  const kinds = decidingReasons(old, 9).map(({ reason }) => reason.kind);
  expect(kinds.length).toBeGreaterThan(1);
  expect(kinds.at(-1)).toBe('clock_step');
});

test('decidingReasons() has none for a valid run, whatever its conditions', () => {
  const fidelity = judged(FACTS, host({ cpu: { cores_allowed: 2, cores_used: 1.9 } }));
  expect(fidelity.reasons).toHaveLength(1);
  expect(decidingReasons(fidelity)).toEqual([]);
});

const advised: [what: string, Readings, advice: RegExp][] = [
  ['a container that is throttled', THROTTLED, /^Raise the CPU limit/],
  ['a process short of cores', host({ cpu: { cores_allowed: 2, cores_used: 1.9 } }), /more cores/],
  ['one busy loop beside a free core', loops({ utilization: 0.9 }), /^Raise --workers above 1/],
  ['nothing else', QUIET, /^Send fewer streams/],
];

test.each(advised)('decidingReasons() knows a next step for %s', (_what, readings, advice) => {
  const late = { ...FACTS.metrics, schedule_lag: metric(0.1, 900) };
  const [first] = decidingReasons(judged(facts({}, { metrics: late }), readings));
  expect(first?.advice).toMatch(advice);
});

test.each(harmless)('fidelityOf() lets %s pass as valid', (_what, run, readings) => {
  expect(judged(run, readings)).toMatchObject({ verdict: 'valid', reasons: [] });
});

describe('fidelityOf() goodput', () => {
  // E is 0.48 ms received and 0.12 ms sent at p99.9.
  test.each<[verdict: string, what: string, flippable: number, rows: CountedRows]>([
    ['valid', 'no margin within the error', 0, counted(0.7, 5, 800)],
    ['degraded', 'one row of 1,000', 1, counted(0.2, 5)],
    ['degraded', '1 % of the rows', 10, counted(...Array<number>(10).fill(0.3))],
    ['invalid', 'more than 1 % of the rows', 11, counted(...Array<number>(11).fill(0.5))],
  ])('is %s with %s', (verdict, _what, flippable, rows) => {
    const fidelity = judged(FACTS, QUIET, rows);
    expect(fidelity.claims.goodput).toMatchObject({ verdict, flippable, rows: 1000 });
    expect(fidelity.claims.goodput?.error_ms).toBeCloseTo(0.6);
    expect(fidelity.verdict).toBe(verdict);
  });

  test.each<[verdict: string, what: string, flippable: number, loop: number]>([
    ['valid', 'a stall of 20 ms that met no row', 0, 20],
    ['degraded', 'a stall that met four rows', 4, 200],
    ['invalid', 'a client that stood still for 5 s', 40, 5000],
  ])('is %s with %s', (verdict, _what, flippable, longestMs) => {
    const rows = counted(...Array<number>(40).fill(18));
    const readings = loops({ loop_delay: lateness(0.1, 0.9, longestMs) });
    expect(judged(FACTS, readings, rows).claims.goodput).toMatchObject({ verdict, flippable });
  });

  test('without objectives makes no claim', () => {
    const rows = { ...counted(0.1), objectives: [] };
    expect(judged(FACTS, QUIET, rows).claims).not.toHaveProperty('goodput');
  });
});

describe('fidelityOf() errors of figures', () => {
  test('of figures that own-error.test.ts compares with known errors', () => {
    const metrics = {
      ...FACTS.metrics,
      time_to_first_token_from_schedule: metric(50, 80),
      inter_chunk_latency: metric(10, 30),
      connect_time: metric(1, 2),
    };
    const { claims } = judged(facts({}, { metrics }), QUIET);
    const errors = Object.fromEntries(
      Object.entries(claims).map(([claim, each]) => {
        const { p50, p99 } = each as { p50?: { error_ms?: number }; p99?: { error_ms?: number } };
        return [claim, [p50?.error_ms?.toFixed(4), p99?.error_ms?.toFixed(4)]];
      }),
    );
    expect(errors).toMatchInlineSnapshot(`
      {
        "connect_time": [
          "0.2163",
          "0.6844",
        ],
        "goodput": [
          undefined,
          undefined,
        ],
        "inter_chunk_latency": [
          "0.1934",
          "0.7648",
        ],
        "inter_token_latency": [
          "0.0098",
          "0.0205",
        ],
        "request_latency": [
          "2.6080",
          "6.7466",
        ],
        "schedule": [
          "0.0500",
          "0.6000",
        ],
        "time_to_first_token": [
          "0.1928",
          "1.1987",
        ],
        "time_to_first_token_from_schedule": [
          "0.2818",
          "1.9753",
        ],
      }
    `);
  });

  test('of the highest percentile printed where p99 is not, and of the mean below 20 values', () => {
    const { p99: _p99, ...toP95 } = metric(50, 80);
    const { p50: _p50, p90: _p90, p95: _p95, ...few } = toP95;
    const metrics = { ...FACTS.metrics, time_to_first_token: toP95, request_latency: few };
    const { claims } = judged(facts({}, { metrics }), QUIET);
    expect(Object.keys(claims.time_to_first_token ?? {})).toEqual(['verdict', 'p50', 'p95']);
    expect(Object.keys(claims.request_latency ?? {})).toEqual(['verdict', 'mean']);
  });

  test('a late stamp lengthens a value by no more than all of it', () => {
    const metrics = { ...FACTS.metrics, connect_time: metric(0.2, 0.3) };
    const { claims } = judged(facts({}, { metrics }), QUIET);
    expect(claims.connect_time?.p99).toMatchObject({ value_ms: 0.3, verdict: 'valid' });
    // And the width of the histogram's bucket.
    expect(claims.connect_time?.p99?.error_ms).toBeCloseTo(0.3, 3);
  });

  test('a stall that few stamps saw hardly moves a median of values that lie close together', () => {
    // One stamp in a hundred is late by 100 ms and the mean of all by 1 ms; p99 − p50 is 1 ms.
    const receive = { ...lateness(0.05, 100), p90: 0.05, p95: 0.05, mean: 1 };
    const metrics = { ...FACTS.metrics, time_to_first_token: metric(50, 51, { min: 49.5 }) };
    const { claims } = judged(facts({}, { metrics }), loops({ receive_error: receive }));
    expect(claims.time_to_first_token?.p50?.error_ms).toBeLessThan(0.3);
  });

  test('short answers are the fragile ones', () => {
    const rows = counted();
    for (let row = 0; row < 1000; row++) countDuration(rows.gapsPerRow, 1);
    const { claims } = judged(FACTS, QUIET, rows);
    // Half of the answers have one gap, which carries the whole error.
    expect(claims.inter_token_latency?.p99?.error_ms).toBeGreaterThanOrEqual(0.225);
  });
});

const LAG: Reason = { kind: 'schedule_lag', verdict: 'invalid', figure: 'p99', lag_ms: 900 };
const MERGED: ShardStates = {
  count: 4,
  parts: [
    { index: 0, rows: 250, status: 'completed', verdict: 'valid' },
    { index: 1, rows: 250, status: 'running' },
    { index: 2, rows: 250, status: 'completed', verdict: 'invalid', reasons: [LAG] },
    { index: 3, rows: 250, status: 'completed', verdict: 'degraded', reasons: [] },
  ],
};

describe('fidelityOfShards()', () => {
  test('carries the worst verdict with its reasons, and judges no merged figure', () => {
    const fidelity = fidelityOfShards(facts({ not_sent: 7 }), MERGED, QUIET);
    expect(fidelity).toEqual({
      verdict: 'invalid',
      strict: 'invalid',
      claims: {},
      reasons: [
        { ...LAG, decides: true },
        { kind: 'shards_missing', verdict: 'degraded', decides: true, missing: 1, count: 4 },
        { kind: 'rows_not_sent', verdict: 'degraded', decides: true, rows: 7, total: 1000 },
      ],
      inputs: QUIET,
    });
  });

  test('is valid if every shard is, and there', () => {
    const parts = [0, 1].map((index) => ({
      index,
      rows: 500,
      status: 'completed' as const,
      verdict: 'valid' as const,
    }));
    const shards = { count: 2, parts };
    expect(fidelityOfShards(FACTS, shards, QUIET)).toMatchObject({ verdict: 'valid', reasons: [] });
    const one = { count: 2, parts: parts.slice(1) };
    expect(fidelityOfShards(FACTS, one, QUIET)).toMatchObject({ verdict: 'degraded' });
  });

  test('judges again by the headline a shard from before reasons said whether they decide', () => {
    const chunks = {
      claim: 'inter_chunk_latency',
      figure: 'p99',
      value_ms: 6,
      error_ms: 2,
    } as const;
    const reasons: Reason[] = [{ kind: 'latency_error', verdict: 'invalid', ...chunks }];
    const parts = [{ index: 0, rows: 9, status: 'completed' as const, reasons }];
    const old = {
      count: 1,
      parts: parts.map((part) => ({ ...part, verdict: 'invalid' as const })),
    };
    const fidelity = fidelityOfShards(FACTS, old, QUIET);
    expect(fidelity).toMatchObject({ verdict: 'valid', strict: 'invalid' });
    expect(fidelity?.reasons).toMatchObject([{ kind: 'latency_error', decides: false }]);
  });

  test('is unknown if no shard judged itself', () => {
    const shards: ShardStates = { count: 1, parts: [{ index: 0, rows: 9, status: 'running' }] };
    expect(fidelityOfShards(FACTS, shards, undefined)).toBeUndefined();
  });
});

test('every reason has a sentence with its numbers', async () => {
  const ofMerged = fidelityOfShards(FACTS, MERGED, QUIET)?.reasons ?? [];
  const ofRuns = faults.flatMap(
    ([, run, readings]) => fidelityOf(run, counted(0.1), readings).reasons,
  );
  const kinds = new Map([...ofMerged, ...ofRuns].map((reason) => [reason.kind, reason]));
  expect([...kinds.keys()].toSorted()).toEqual(
    reasonSchema.options.map(({ shape }) => shape.kind.value).toSorted(),
  );
  const sentences = [...kinds.values()].map(describeReason);
  for (const sentence of sentences) {
    expect(sentence).toMatch(/^[A-Z0-9].*\d.*\.$/);
    expect(sentence).not.toMatch(/undefined|NaN|Infinity/);
  }
  await expect(`${sentences.toSorted().join('\n')}\n`).toMatchFileSnapshot('golden-reasons.txt');
});
