import type { Verdict } from '../clients/client.ts';
import { judgeRun } from './judge-run.ts';
import type { MemorySample } from '../machine/process-tree.ts';
import { known, type Measures } from '../figures/measures.ts';
import type { Plateau, RunShape, Subject } from '../levels/pairs.ts';
import { rssByQuarter } from './rss-by-quarter.ts';
import { type Bench, runOnce } from './run-once.ts';
import { slope } from '../figures/statistics.ts';

/** From here on a body counts as one of a burst: 20 times a body of 1,000 tokens. */
const BURST_BODY_BYTES = 100_000;

/** What a run of a subject came to. */
export interface SubjectRun {
  readonly measures: Measures;
  /** Of the large run. */
  readonly verdict: Verdict | undefined;
}

/** Runs a subject: its small run, its large run, and what the slope between the two tells. */
export async function runSubject(subject: Subject, bench: Bench): Promise<SubjectRun> {
  const { slope: small, large } = subject;
  if (small === undefined) return runShape(subject, large, bench);
  const { measures: before } = await runShape(subject, small.small, bench);
  const run = await runShape(subject, large, bench);
  const after = run.measures;
  if (small.measure === 'cpu_us_per_event') {
    const seconds = slope(
      { x: eventsOf(small.small), y: before.cpu_seconds },
      { x: eventsOf(large), y: after.cpu_seconds },
    );
    return { ...run, measures: known({ ...after, cpu_us_per_event: seconds && seconds * 1e6 }) };
  }
  const megabytes = slope(
    { x: small.small.streams, y: before.peak_rss_mb },
    { x: large.streams, y: after.peak_rss_mb },
  );
  return { ...run, measures: known({ ...after, kb_per_stream: megabytes && megabytes * 1000 }) };
}

async function runShape(
  { client, server }: Subject,
  { rows, burstsDueMs, plateau }: RunShape,
  bench: Bench,
): Promise<SubjectRun> {
  const { log, report, cost } = await runOnce({ client, server, rows }, bench);
  const dueMs = client.dueMs?.(rows) ?? rows.map((row) => row.dueMs);
  const judged = judgeRun({ dueMs, log, report, burstsDueMs, burstBodyBytes: BURST_BODY_BYTES });
  const { samples, peakRssBytes } = cost.usage;
  const measures = known({
    ...judged,
    cpu_seconds: cost.cpuSeconds,
    peak_rss_mb: peakRssBytes / 1e6,
    ...(plateau && growthOf(samples, plateau)),
    others_cpu_percent: cost.othersCpuPercent,
    load_average: cost.loadAverage,
  });
  return { measures, verdict: report.verdict };
}

/** Measures of a plateau of constant load. */
function growthOf(samples: readonly MemorySample[], plateau: Plateau) {
  const [first, second, third, last] = rssByQuarter(samples, plateau);
  const megabytes = (bytes: number | undefined) => bytes && bytes / 1e6;
  return {
    rss_quarter_1_mb: megabytes(first),
    rss_quarter_2_mb: megabytes(second),
    rss_quarter_3_mb: megabytes(third),
    rss_quarter_4_mb: megabytes(last),
    rss_growth_percent: first && last && 100 * (last / first - 1),
  };
}

function eventsOf({ rows }: RunShape): number {
  return rows.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
}
