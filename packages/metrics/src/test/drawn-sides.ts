import { Accumulator } from '../accumulator/accumulator.ts';
import type { Fidelity } from '../schemas/fidelity.ts';
import { GOLDEN_CONDITIONS } from './golden-summary.ts';
import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import { type ComparedRun, type ComparedSide, RunCollector } from '../compare/compared-run.ts';
import { drawRun, type DrawnRun } from './drawn-runs.ts';

export const DRAWN_OBJECTIVES: readonly Objective[] = [
  { metric: 'time_to_first_token', limitMs: 2000 },
  { metric: 'inter_token_latency', limitMs: 25 },
];

/** Records → a run as a comparison takes it. */
export function runOf(
  records: readonly RequestRecord[],
  { seed = 42, startedMs = 0, objectives = DRAWN_OBJECTIVES, isSummed = true } = {},
): ComparedRun {
  const accumulator = new Accumulator({ objectives });
  const collector = new RunCollector({ objectives });
  for (const record of records) {
    if (isSummed) accumulator.add(record);
    collector.add(record);
  }
  const rows = records.length;
  const trace = { ...GOLDEN_CONDITIONS.trace, rows, selected_rows: rows };
  const { limit: _, ...golden } = GOLDEN_CONDITIONS;
  const summary = summarize(accumulator, {
    status: 'completed',
    run: {
      started_at: new Date(startedMs).toISOString(),
      ended_at: new Date(startedMs + 1000).toISOString(),
    },
    conditions: { ...golden, seed, trace },
    totalRows: isSummed ? rows : 0,
  });
  const { rows: kept } = collector;
  return withVerdict('valid')({ summary, objectives, rows: kept, load: collector.load() });
}

/** The run with this verdict on itself. */
export function withVerdict(
  verdict: Fidelity['verdict'],
  reasons: Fidelity['reasons'] = [],
): (run: ComparedRun) => ComparedRun {
  const fidelity: Fidelity = { verdict, claims: {}, reasons, inputs: {} };
  return (run) => ({ ...run, summary: { ...run.summary, fidelity } });
}

export interface DrawnSide extends Omit<DrawnRun, 'runSeed'> {
  /** One run for each. */
  readonly runSeeds: readonly number[];
  /** Whether the summaries hold the rows; only the rates, which are not judged, are from them. */
  readonly isSummed?: boolean;
}

/** A deployment whose repeats are drawn; no two of any side at the same time. */
export function drawSide(
  name: string,
  { runSeeds, isSummed = true, ...run }: DrawnSide,
): ComparedSide {
  return {
    name,
    runs: runSeeds.map((runSeed, index) =>
      runOf(drawRun({ ...run, runSeed }), {
        seed: 42 + index,
        startedMs: runSeed * 10_000,
        isSummed,
      }),
    ),
  };
}
