import { formatDecimal, formatShort } from '../../values/units.ts';
import type { Summary } from '../../schemas/summary.ts';
import { describeFidelity } from './fidelity-lines.ts';
import { describeCache } from './cache-lines.ts';
import { describeFailures } from './failure-lines.ts';
import { createPaint, flowFacts, flowProse, labelled, type Paint, textWidth } from '../layout.ts';
import { renderMetricTable } from './metric-table.ts';
import { printable } from '../../values/printable.ts';
import { describeServer } from './server-lines.ts';
import { describeShards } from './shard-lines.ts';
import {
  describeGoodput,
  describeLag,
  describeNotes,
  describePrompts,
  describeRates,
  describeStreams,
  describeTokens,
} from './result-lines.ts';

export interface TextOptions {
  /** Columns of the terminal; 100 unless told, and 60 at least. */
  readonly width?: number;
  /** Escape codes for colours; off unless told. */
  readonly color?: boolean;
  /** Where the files of the run lie, for the last line. */
  readonly artifacts?: string;
}

/**
 * The report that a person reads: accounting first, then latencies, goodput and rates. Pure text
 * without a control character of anybody else; printing it is the caller's.
 */
export function renderText(summary: Summary, options: TextOptions = {}): string {
  const { color = false, artifacts } = options;
  const width = Math.max(options.width ?? 100, 60);
  const paint = createPaint(color);
  const room = textWidth(width);
  const section = (label: string, lines: readonly string[]) => labelled(paint, label, lines);
  const sections = [
    titleOf(summary, width, paint),
    [
      ...section('rows', flowProse(identityOf(summary), room)),
      ...section('shards', describeShards(summary, room, paint)),
      ...section('failures', describeFailures(summary, room, paint)),
      ...section('mismatches', mismatchesOf(summary, room, paint)),
      ...section('verdict', describeFidelity(summary, room, paint)),
    ],
    renderMetricTable(summary, { width, paint }),
    [
      ...section('goodput', describeGoodput(summary, room, paint)),
      ...section('rates', describeRates(summary, room)),
      ...section('tokens', describeTokens(summary, room)),
      ...section('prompts', describePrompts(summary, room)),
      ...section('cache', describeCache(summary, room, paint)),
      ...section('server', describeServer(summary, room, paint)),
      ...section('lag', describeLag(summary, room)),
      ...section('streams', describeStreams(summary, room)),
      ...section('notes', describeNotes(summary, room)),
    ],
    artifacts === undefined ? [] : section('artifacts', flowFacts([printable(artifacts)], room)),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function titleOf(summary: Summary, width: number, paint: Paint): string[] {
  const { conditions, run, status, duration_seconds: durationSeconds } = summary;
  const { trace, model, urls, endpoint, speedup, seed, output_length: length } = conditions;
  const selected =
    trace.selected_rows === trace.rows
      ? `all ${formatDecimal(trace.rows)} rows`
      : `${formatDecimal(trace.selected_rows)} of ${formatDecimal(trace.rows)} rows`;
  const title = flowFacts(
    [run.name, trace.file, selected, model, ...urls].map((fact) => fact && printable(fact)),
    width,
  );
  const details = flowFacts(
    [
      STATUS_WORDS[status],
      printable(run.started_at),
      durationSeconds === undefined ? undefined : `${formatShort(durationSeconds, 1)} s`,
      `${formatShort(speedup)}× speed`,
      endpoint,
      `output length ${length}`,
      `seed ${seed}`,
    ],
    width,
  );
  return [...title.map((line) => paint('bold', line)), ...details];
}

const STATUS_WORDS: Readonly<Record<Summary['status'], string>> = {
  completed: 'completed',
  stopped: 'stopped by a signal',
  failed: 'failed',
  partial: 'rebuilt from the records of a run that left no end',
};

function identityOf({ rows }: Summary): string {
  const counts = [
    `${formatDecimal(rows.ok)} ok`,
    `${formatDecimal(rows.failed)} failed`,
    `${formatDecimal(rows.aborted_inflight)} aborted in flight`,
    `${formatDecimal(rows.not_sent)} not sent`,
  ];
  return `${formatDecimal(rows.total)} = ${counts.join(' + ')}`;
}

function mismatchesOf({ rows }: Summary, width: number, paint: Paint): string[] {
  if (rows.length_mismatch === 0) return [];
  const text =
    `${formatDecimal(rows.length_mismatch)} ok, but not of the output length asked for;` +
    ' these are never good.';
  return flowProse(text, width).map((line) => paint('yellow', line));
}
