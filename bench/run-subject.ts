import { judgeRun } from './judge-run.ts';
import { known, type Measures } from './measures.ts';
import type { RunShape, Subject } from './pairs.ts';
import { type Bench, runOnce } from './run-once.ts';
import { slope } from './statistics.ts';

/** From here on a body counts as one of a burst: 20 times a body of 1,000 tokens. */
const BURST_BODY_BYTES = 100_000;

/** Runs a subject: its small run, its large run, and what the slope between the two tells. */
export async function runSubject(subject: Subject, bench: Bench): Promise<Measures> {
  const { large: largeShape } = subject;
  if (subject.slope === undefined) return runShape(subject, largeShape, bench);
  const { measure, small: smallShape } = subject.slope;
  const small = await runShape(subject, smallShape, bench);
  const large = await runShape(subject, largeShape, bench);
  if (measure === 'cpu_us_per_event') {
    const seconds = slope(
      { x: eventsOf(smallShape), y: small.cpu_seconds },
      { x: eventsOf(largeShape), y: large.cpu_seconds },
    );
    return known({ ...large, cpu_us_per_event: seconds && seconds * 1e6 });
  }
  const megabytes = slope(
    { x: smallShape.streams, y: small.peak_rss_mb },
    { x: largeShape.streams, y: large.peak_rss_mb },
  );
  return known({ ...large, kb_per_stream: megabytes && megabytes * 1000 });
}

async function runShape(
  { client, server }: Subject,
  { rows, burstsDueMs }: RunShape,
  bench: Bench,
): Promise<Measures> {
  const { log, report, cost } = await runOnce({ client, server, rows }, bench);
  const dueMs = client.dueMs?.(rows) ?? rows.map((row) => row.dueMs);
  const judged = judgeRun({ dueMs, log, report, burstsDueMs, burstBodyBytes: BURST_BODY_BYTES });
  return known({
    ...judged,
    cpu_seconds: cost.cpuSeconds,
    peak_rss_mb: cost.usage.peakRssBytes / 1e6,
    others_cpu_percent: cost.othersCpuPercent,
    load_average: cost.loadAverage,
  });
}

function eventsOf({ rows }: RunShape): number {
  return rows.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
}
