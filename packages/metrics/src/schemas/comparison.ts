import * as z from 'zod';

import { REQUEST_METRICS } from '../record/catalog.ts';
import { objectiveSchema, runIdentitySchema } from './conditions.ts';
import { RUN_STATUSES, rowCountsSchema } from './summary.ts';

/** What has to be equal for two runs to be compared, each with the flag's word for it. */
export const SAME_CONDITIONS = [
  'trace',
  'seed',
  'speedup',
  'objectives',
  'output-length',
  'model',
  'prompts',
  'bodies',
] as const;

export type SameCondition = (typeof SAME_CONDITIONS)[number];

export const COMPARISON_SCHEMA_VERSION = 1;

const count = z.int().nonnegative();
const sideIndex = z.int().nonnegative();
/** JSON has no word for ∞: a latency is infinite where too many rows were lost. */
const value = z.union([z.number(), z.literal('infinite')]);

export type ComparedValue = z.infer<typeof value>;

const comparedRun = z.object({
  directory: z.string().optional(),
  run: runIdentitySchema,
  status: z.enum(RUN_STATUSES),
  seed: z.int(),
  urls: z.array(z.string()),
  rows: rowCountsSchema,
  /** Absent when the run's summary has no verdict. */
  fidelity: z.enum(['valid', 'degraded', 'invalid']).optional(),
});

/** `within_one_run`: what rows of such a run vary by; `between_runs`: what runs vary by. */
const SCOPES = ['within_one_run', 'between_runs'] as const;

const side = z.object({ name: z.string(), model: z.string(), runs: z.array(comparedRun) });

const interval = z.object({
  scope: z.enum(SCOPES),
  of: z.enum(['difference', 'ratio']),
  low: value,
  high: value,
});

const metric = z.object({
  metric: z.string(),
  statistic: z.enum(['share', 'rate', 'mean', 'p50', 'p90', 'p99', 'by_row']),
  label: z.string(),
  unit: z.enum(['%', 'ms', '/s', '×']),
  better: z.enum(['higher', 'lower']),
  /** Headline metrics are judged, the others are shown. */
  headline: z.boolean(),
  /** Over repeats: the mean of shares, the geometric mean of times and rates. */
  first: value.optional(),
  second: value.optional(),
  /** Second − first. */
  difference: value.optional(),
  /** Second ÷ first; for `by_row` the median over rows. */
  ratio: value.optional(),
  interval: interval.optional(),
  /** Of headline metrics with an interval. */
  verdict: z.enum(['different', 'not_told_apart']).optional(),
  /**
   * Between runs: the smallest difference that these repeats show in four of five comparisons, 0.05
   * for 5 % or, of a share, 5 points. Absent if the pairs do not vary.
   */
  detectable: z.number().optional(),
  /** The same size that would settle it: 0.05, or the difference seen where that is larger. */
  settles: z.number().optional(),
  /** Repeats a side, in all, that show this size in four of five; absent if 100 do not. */
  repeats_to_settle: count.optional(),
  /** The better side, where the verdict is `different`; never within one run. */
  ahead: sideIndex.optional(),
});

export type MetricComparison = z.infer<typeof metric>;

/** What kept a deployment from being faster, as far as the records tell. */
const load = z.object({
  /** Rows a second: due, over the schedule, and ok, over the run. */
  offered_per_second: z.number().optional(),
  served_per_second: z.number().optional(),
  peak_in_flight: count,
  /** Median time to first token, over all rows, of the first and of the last quarter of them. */
  ttft_first_quarter_ms: value.optional(),
  ttft_last_quarter_ms: value.optional(),
  /** Rows without a first token at the end of each quarter of the schedule, mean over the runs. */
  waiting_rows: z.array(z.number().nonnegative()).length(4).optional(),
  /** In every run more rows waited after each quarter of the schedule; absent otherwise. */
  queue_grew: z.literal(true).optional(),
  /** Share of the prompt tokens that the server said were cached. */
  cached_share: z.number().optional(),
  /** The same share as the trace predicts it: in a cold cache without a limit, the ceiling, … */
  cache_ceiling_share: z.number().optional(),
  /** … and in the caches of `--server-workers`, by how rows are routed. */
  cache_expected_kv_aware_share: z.number().optional(),
  cache_expected_round_robin_share: z.number().optional(),
  /** What the router said it found in caches, mean over its rows. */
  router_hit_rate: z.number().optional(),
  /** Ok rows beyond the limit of each objective, in their order. */
  beyond_limit: z.array(z.object({ metric: z.enum(REQUEST_METRICS), rows: count })),
  /** The server's own timing, means over ok rows. */
  prefill_wait_ms: z.number().optional(),
  prefill_ms: z.number().optional(),
});

export type SideLoad = z.infer<typeof load>;

const contest = z.object({
  first: sideIndex,
  second: sideIndex,
  /** Whether rows were paired; without that there is no interval. */
  paired: z.boolean(),
  metrics: z.array(metric),
  /** Rows of all pairs by who lost them: failed, aborted or not sent. */
  lost: z.object({ both: count, first_only: count, second_only: count }),
  /** Verdicts of the rows, and McNemar's exact test on those that disagree. */
  verdicts: z
    .object({
      both_good: count,
      first_only: count,
      second_only: count,
      neither: count,
      p: z.number(),
    })
    .optional(),
  load: z.object({ first: load, second: load }),
  /** The side that is ahead in every headline metric that differs; never within one run. */
  winner: sideIndex.optional(),
});

export type Contest = z.infer<typeof contest>;

const difference = z.object({
  what: z.enum(SAME_CONDITIONS),
  first: z.string(),
  second: z.string(),
});

/** comparison.json: deployments compared with the first. `docs/comparison.md` defines it. */
export const comparisonSchema = z.object({
  schema_version: z.literal(COMPARISON_SCHEMA_VERSION),
  /** `within_one_run` with fewer than three runs a side: then nobody wins. */
  scope: z.enum(SCOPES),
  sides: z.array(side),
  trace: z.object({
    file: z.string(),
    sha256: z.string().optional(),
    rows: count,
    selected_rows: count,
  }),
  speedup: z.number(),
  output_length: z.string(),
  objectives: z.array(objectiveSchema),
  /** Conditions that the sides do not share, which somebody allowed. */
  differences: z.array(difference),
  confidence: z.object({
    /** That all intervals of headline metrics hold, and that one of them does. */
    together: z.number(),
    each: z.number(),
    /** Headline metrics judged, over all contests. */
    judged: count,
    /** Of the bootstrap; absent between runs, where there is none. */
    blocks: count.optional(),
    resamples: count.optional(),
  }),
  contests: z.array(contest),
  /** What the reader ought to doubt; whole sentences. */
  doubts: z.array(z.string()),
  /** What else differs between the deployments than their names say; whole sentences. */
  caveats: z.array(z.string()),
});

export type Comparison = z.infer<typeof comparisonSchema>;
