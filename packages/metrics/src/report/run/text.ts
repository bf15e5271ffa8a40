import { formatDecimal, formatShort } from '../../values/units.ts';
import type { Summary } from '../../schemas/summary.ts';
import { describeCache } from './cache-lines.ts';
import { describeFailures } from './failure-lines.ts';
import { createPage, joinGroups, type Page, type TextOptions } from '../layout.ts';
import { formatOutcomes, formatSelection } from '../facts.ts';
import { renderMetricTable } from './metric-table.ts';
import { printable } from '../../values/printable.ts';
import { describeServer } from './server-lines.ts';
import { describeFidelity, describeShards } from './trust-lines.ts';
import {
  describeGoodput,
  describeLag,
  describeNotes,
  describePrompts,
  describeRates,
  describeStreamNotes,
  describeStreams,
  describeTokens,
  describeUnmeasured,
} from './result-lines.ts';

/**
 * The report as text: how far to trust it, what was sent, what came back, what went wrong. Lines
 * that say nothing are left out unless `verbose`. Control characters are taken out.
 */
export function renderText(summary: Summary, options: TextOptions = {}): string {
  const page = createPage(options);
  const { section } = page;
  const { artifacts } = options;
  const { rows } = summary;
  return joinGroups([
    titleOf(summary, page),
    [
      ...section('measurement', describeFidelity(summary, page)),
      ...section('rows', page.prose(`${formatDecimal(rows.total)} = ${formatOutcomes(rows)}`)),
      ...section('shards', describeShards(summary, page)),
      ...section('lag', describeLag(summary, page)),
      ...section('prompts', describePrompts(summary, page)),
      ...section('tokens', describeTokens(summary, page)),
    ],
    renderMetricTable(summary, page),
    [
      ...section('goodput', describeGoodput(summary, page)),
      ...section('rates', describeRates(summary, page)),
      ...section('cache', describeCache(summary, page)),
      ...section('server', describeServer(summary, page)),
    ],
    [
      ...section('failures', describeFailures(summary, page)),
      ...section('mismatches', mismatchesOf(summary, page)),
      ...section('latency', describeUnmeasured(summary, page)),
      ...section('streams', [
        ...describeStreams(summary, page),
        ...describeStreamNotes(summary, page),
      ]),
      ...section('notes', describeNotes(summary, page)),
    ],
    artifacts === undefined ? [] : page.place('artifacts', printable(artifacts)),
  ]);
}

/** So many frontends of one deployment are named; more are counted. */
const MOST_URLS = 3;

function titleOf(summary: Summary, page: Page): string[] {
  const { conditions, run, status, duration_seconds: durationSeconds } = summary;
  const { trace, model, urls, endpoint, speedup, seed, output_length: length } = conditions;
  const named = page.verbose || urls.length <= MOST_URLS ? urls : urls.slice(0, MOST_URLS - 1);
  const others = urls.length - named.length;
  const title = [
    ...[run.name, trace.file, formatSelection(trace), model, ...named].map(
      (fact) => fact && printable(fact),
    ),
    others === 0 ? undefined : `and ${formatDecimal(others)} other URLs`,
  ];
  const details = [
    STATUS_WORDS[status],
    printable(run.started_at),
    durationSeconds === undefined ? undefined : `${formatShort(durationSeconds, 1)} s`,
    `${formatShort(speedup)}× speed`,
    endpoint,
    `output length ${length}`,
    `seed ${seed}`,
  ];
  return [
    ...page.paintAll('bold', page.facts(title, page.width)),
    ...page.facts(details, page.width),
  ];
}

const STATUS_WORDS: Readonly<Record<Summary['status'], string>> = {
  completed: 'completed',
  stopped: 'stopped by a signal',
  failed: 'failed',
  partial: 'rebuilt from the records of a run that left no end',
};

function mismatchesOf({ rows }: Summary, page: Page): string[] {
  if (rows.length_mismatch === 0) return [];
  return page.warning(
    `${formatDecimal(rows.length_mismatch)} ok, but not of the output length asked for;` +
      ' these are never good.',
  );
}
