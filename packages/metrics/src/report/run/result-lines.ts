import { describeObstacles } from '../../fidelity/obstacles.ts';
import { areDefaultObjectives } from '../../record/objectives.ts';
import { NOTES, STREAM_NOTES, type StreamNote } from '../../record/record.ts';
import type { Summary } from '../../schemas/summary.ts';
import { printable } from '../../values/printable.ts';
import { formatDecimal, formatMeasure, formatShare, formatShort } from '../../values/units.ts';
import { formatLimit } from '../facts.ts';
import type { Page } from '../layout.ts';

export function describeGoodput(summary: Summary, page: Page): string[] {
  const { goodput, rows, fidelity, not_measurable: obstacle } = summary;
  if (goodput === undefined) {
    const objectives = obstacle?.objectives;
    if (obstacle === undefined || objectives === undefined) return ['no objectives were set'];
    return [
      ...page.paintAll('bold', page.facts(['not measurable', ...objectives.map(formatLimit)])),
      ...page.warning(describeObstacles(obstacle).join(' ')),
    ];
  }
  const { flippable = 0, error_ms: errorMs } = fidelity?.claims.goodput ?? {};
  const share = rows.total === 0 ? '' : ` (${formatShare(goodput.good, rows.total)})`;
  const isDefault = areDefaultObjectives(goodput.objectives);
  const [first = '', ...rest] = page.facts([
    `${formatDecimal(goodput.good)} of ${formatDecimal(rows.total)} rows ` +
      `${isDefault ? 'within the default objectives' : 'good'}${share}`,
    perSecond(goodput.requests_per_second, 'good requests'),
    perSecond(goodput.tokens_per_second, 'good tokens'),
  ]);
  const unlessEqual = (count: number, what: string) =>
    page.verbose || count !== goodput.good ? `${formatDecimal(count)} ${what}` : undefined;
  return [
    page.paint('bold', first),
    ...rest,
    ...page.facts([
      'good: ok, of the length asked for',
      ...goodput.objectives.map(formatLimit),
      isDefault ? 'set your own with --goodput' : undefined,
    ]),
    ...page.facts([
      unlessEqual(goodput.good_from_schedule, 'good from schedule'),
      unlessEqual(goodput.good_as_aiperf, 'good as aiperf counts'),
      errorMs === undefined || (flippable === 0 && !page.verbose)
        ? undefined
        : `${formatDecimal(flippable)} could flip within ±${formatMeasure(errorMs)} ms`,
    ]),
  ];
}

export function describeRates(summary: Summary, page: Page): string[] {
  const { rates, duration_seconds: durationSeconds } = summary;
  if (durationSeconds === undefined) return ['none: no row has ended'];
  return page.facts([
    perSecond(rates.requests_per_second, 'requests'),
    perSecond(rates.output_tokens_per_second, 'output tokens'),
    perSecond(rates.total_tokens_per_second, 'tokens with prompts'),
    `over ${formatShort(durationSeconds)} s`,
  ]);
}

export function describeTokens({ tokens, rows }: Summary, page: Page): string[] {
  if (rows.ok === 0) return [];
  const { usage, chunks, unknown = 0 } = tokens.counted_by;
  const { first_token: byToken = 0, first_chunk: byChunk = 0 } = tokens.itl_by ?? {};
  const isUnequal = page.verbose || usage < rows.ok;
  return page.facts([
    `${formatDecimal(tokens.output_counted)} output tokens of ${formatDecimal(tokens.output_asked)} asked`,
    isUnequal ? `counted by the server for ${rowsOf(usage)}` : undefined,
    chunks === 0 ? undefined : `by chunks for ${formatDecimal(chunks)}`,
    unknown === 0 ? undefined : `unknown for ${formatDecimal(unknown)}`,
    byToken === 0 || !page.verbose
      ? undefined
      : `ITL takes the first event for one token in ${rowsOf(byToken)}`,
    byChunk === 0 || !page.verbose
      ? undefined
      : `ITL knows the tokens of the first event in ${rowsOf(byChunk)}`,
  ]);
}

/** Why there is no inter-token latency, where goodput does not say so already. */
export function describeUnmeasured({ not_measurable: obstacle }: Summary, page: Page): string[] {
  if (obstacle === undefined || obstacle.figures.includes('goodput')) return [];
  const sentences = describeObstacles(obstacle);
  return page.warning(['Inter-token latency is not measurable.', ...sentences].join(' '));
}

/** Prompt tokens as counted and as asked: a template adds the same to every row. */
export function describePrompts({ prompt }: Summary, page: Page): string[] {
  if (prompt === undefined) return [];
  const { min, max, mean } = prompt.drift;
  const drift =
    min === max
      ? `drift ${signed(min)} tokens in every row`
      : `drift ${signed(min)} to ${signed(max)} tokens a row, mean ${signed(mean, 1)}`;
  return page.facts([
    `${formatDecimal(prompt.counted)} tokens counted by the server`,
    `${formatDecimal(prompt.requested)} asked`,
    drift,
  ]);
}

/** Our own lateness: the error bar of whatever counts from the due time. */
export function describeLag({ metrics }: Summary, page: Page): string[] {
  const lag = metrics.schedule_lag;
  if (lag === undefined) return [];
  const { p50, mean, max } = lag;
  const high = (['p99', 'p95', 'p90'] as const).find((figure) => lag[figure] !== undefined);
  return page.facts([
    p50 === undefined
      ? `requests left ${formatMeasure(mean)} ms after their due time on average`
      : `half of the requests left within ${formatMeasure(p50)} ms of their due time`,
    high && `${high.slice(1)} % within ${formatMeasure(lag[high] ?? max)} ms`,
    `the latest ${formatMeasure(max)} ms after it`,
  ]);
}

/** From this share on, events that were read together are worth a line. */
const COALESCED_SHARE = 0.02;

export function describeStreams({ arrivals }: Summary, page: Page): string[] {
  const { chunks, gaps, coalesced } = arrivals;
  if (chunks === 0 || (!page.verbose && coalesced <= COALESCED_SHARE * gaps)) return [];
  return page.facts([
    `${formatDecimal(chunks)} chunks`,
    gaps === 0
      ? undefined
      : `${formatShare(coalesced, gaps)} of the gaps between them under 50 µs, read together`,
  ]);
}

export function describeNotes({ notes }: Summary, page: Page): string[] {
  return page.facts(
    NOTES.map((note) => {
      const count = notes[note];
      return count === undefined ? undefined : `${formatDecimal(count)} ${note}`;
    }),
  );
}

/** More of them stand in summary.json alone. */
const MOST_REASONS = 5;

const STREAM_SENTENCES: Readonly<Record<StreamNote, string>> = {
  content_unknown: 'had content in a form that is not understood; it counts as content',
  text_outside_events: 'had text outside all events; failed rows keep its beginning',
  count_corrected:
    'had a count of output tokens that contradicts the stream; other numbers of the server give the right one',
  count_dropped: 'had a count that contradicts the stream; it is not used',
  counted_by_chunks: 'had no usable count; they have as many chunks as tokens were asked for',
  length_unknown:
    'have an unknown output length: the server gives no usable count, and the chunks are another number',
};

/** What was wrong with the streams of some rows, a sentence a note. */
export function describeStreamNotes(
  { stream_notes: notes = {}, notes: others, unknown_finish_reasons: reasons = [] }: Summary,
  page: Page,
): string[] {
  const unknown = others.finish_reason_unknown ?? 0;
  const sentences = [
    ...STREAM_NOTES.flatMap((note) => {
      const count = notes[note] ?? 0;
      return count === 0 ? [] : [`${rowsOf(count)} ${STREAM_SENTENCES[note]}.`];
    }),
    ...(unknown === 0
      ? []
      : [
          `${rowsOf(unknown)} ended with a finish reason that is known neither as success nor as` +
            ` failure${wordsOf(reasons)}; they count as ok.`,
        ]),
  ];
  return sentences.flatMap((sentence) => page.warning(sentence));
}

function wordsOf(reasons: NonNullable<Summary['unknown_finish_reasons']>): string {
  if (reasons.length === 0) return '';
  const shown = reasons.slice(0, MOST_REASONS).map(({ reason, count }) => {
    return `"${printable(reason)}" (${rowsOf(count)})`;
  });
  const left = reasons.length - shown.length;
  return `: ${shown.join(', ')}${left > 0 ? ` and ${left} more in summary.json` : ''}`;
}

function rowsOf(count: number): string {
  return count === 1 ? '1 row' : `${formatDecimal(count)} rows`;
}

function perSecond(rate: number | undefined, what: string): string | undefined {
  return rate === undefined ? undefined : `${formatMeasure(rate)} ${what}/s`;
}

function signed(value: number, decimals = 0): string {
  return `${value > 0 ? '+' : ''}${formatShort(value, decimals)}`;
}
