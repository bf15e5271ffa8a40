import { Accumulator, type Fidelity, type Summary } from '@trace-replay/metrics';
import { fidelityOf } from '@trace-replay/metrics/internal';

import { percentile } from '../figures/statistics.ts';
import { errorsOfRun, type FigureError, flippedRows, objectivesOf } from './errors-of-run.ts';
import type { CaseRun } from './run-files.ts';

/** What a run says of itself beside what the wire says of it. */
export interface JudgedCase {
  readonly name: string;
  readonly directory: string;
  readonly figures: readonly FigureError[];
  /** By the code of today, from the run's own files; absent if it left no summary. */
  readonly verdict?: Fidelity['verdict'];
  readonly reasons: readonly string[];
  /** Why the run misleads, by the wire; none if it does not. */
  readonly faults: readonly string[];
  /** Why the wire says nothing of this run. */
  readonly leftOut?: string;
}

const HEADLINE = new Set(['time_to_first_token', 'inter_token_latency', 'request_latency']);
/** docs/fidelity.md: what makes a headline mislead. */
const OFF_SHARE = 0.1;
const FINE_MS = 1;
const FLIPPED_SHARE = 0.01;
const UNSENT_SHARE = 0.01;
const MOST_UNMATCHED_SHARE = 0.01;

export function judgeCase(run: CaseRun): JudgedCase {
  const { caseFile, directory, summary } = run;
  const { name, droppedPackets } = caseFile;
  const known = { name, directory };
  if (summary === undefined) {
    return { ...known, figures: [], reasons: [], faults: ['no summary'], leftOut: 'no summary' };
  }
  const { verdict, reasons } = judgeAgain(run, summary);
  const figures = errorsOfRun(run);
  const leftOut =
    droppedPackets > 0
      ? `${droppedPackets} packets dropped`
      : run.unmatched > MOST_UNMATCHED_SHARE * run.records.length
        ? `${run.unmatched} rows unmatched`
        : undefined;
  return {
    ...known,
    figures,
    verdict,
    reasons: reasons.map(({ kind, verdict: word }) => `${kind} ${word}`),
    faults: faultsOf(run, summary, figures),
    ...(leftOut !== undefined && { leftOut }),
  };
}

function judgeAgain({ records }: CaseRun, summary: Summary): Fidelity {
  const counted = new Accumulator({ objectives: objectivesOf(summary) });
  for (const record of records) counted.add(record);
  const { not_measurable: notMeasurable, fidelity } = summary;
  const facts = { ...summary, ...(notMeasurable && { notMeasurable }) };
  return fidelityOf(facts, counted, fidelity?.inputs ?? {});
}

function faultsOf(run: CaseRun, summary: Summary, figures: readonly FigureError[]): string[] {
  const { total, not_sent: notSent } = summary.rows;
  const off = figures.filter(
    ({ metric, trueMs, trueErrorMs }) =>
      HEADLINE.has(metric) && trueErrorMs > FINE_MS && trueErrorMs > OFF_SHARE * trueMs,
  );
  const faults = off.map(
    ({ metric, figure, trueMs, trueErrorMs }) =>
      `${metric} ${figure} off by ${trueErrorMs.toFixed(1)} of ${trueMs.toFixed(1)} ms`,
  );
  const flipped = flippedRows(run);
  if (flipped > FLIPPED_SHARE * total) faults.push(`${flipped} of ${total} decisions wrong`);
  const unsent = notSent + (summary.failures.local_limit ?? 0);
  if (unsent > UNSENT_SHARE * total) faults.push(`${unsent} of ${total} rows not sent`);
  const lag = lagFault(run);
  return lag === undefined ? faults : [...faults, lag];
}

/** The load was not delivered: rows left late, by the wire. */
function lagFault({ rows, summary }: CaseRun): string | undefined {
  const { schedule } = summary?.fidelity?.inputs ?? {};
  const lags = rows.flatMap(({ wire: { sent_ns: sentNs, due_ns: dueNs } }) =>
    sentNs === undefined ? [] : (sentNs - dueNs) / 1e6,
  );
  const gapMs =
    schedule && schedule.instants > 1 ? schedule.span_ms / (schedule.instants - 1) : undefined;
  const lagMs = percentile(lags, 0.99);
  const limitMs = Math.max(FINE_MS, OFF_SHARE * (gapMs ?? 0));
  if (lagMs === undefined || lagMs <= limitMs) return undefined;
  return `lag p99 ${lagMs.toFixed(1)} ms, limit ${limitMs.toFixed(1)} ms`;
}
