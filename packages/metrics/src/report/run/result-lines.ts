import { NOTES } from '../../record/record.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure, formatShare, formatShort } from '../../values/units.ts';
import { flowFacts, type Paint } from '../layout.ts';

/** How many rows were good, by which limits, and how many by the other two ways to count. */
export function describeGoodput(summary: Summary, width: number, paint: Paint): string[] {
  const { goodput, rows, fidelity } = summary;
  if (goodput === undefined) return ['no objectives were set'];
  const { flippable, error_ms: errorMs } = fidelity?.claims.goodput ?? {};
  const share = rows.total === 0 ? '' : ` (${formatShare(goodput.good, rows.total)})`;
  const limits = goodput.objectives.map(
    ({ metric, limit_ms: limitMs }) => `${metric} ≤ ${formatShort(limitMs, 6)} ms`,
  );
  const [first = '', ...rest] = flowFacts(
    [
      `${formatDecimal(goodput.good)} of ${formatDecimal(rows.total)} rows good${share}`,
      perSecond(goodput.requests_per_second, 'good requests'),
      perSecond(goodput.tokens_per_second, 'good tokens'),
    ],
    width,
  );
  return [
    paint('bold', first),
    ...rest,
    ...flowFacts(['good: ok, of the length asked for', ...limits], width),
    ...flowFacts(
      [
        `${formatDecimal(goodput.good_from_schedule)} good from schedule`,
        `${formatDecimal(goodput.good_as_aiperf)} good as aiperf counts`,
        flippable === undefined || errorMs === undefined
          ? undefined
          : `${formatDecimal(flippable)} could flip within ±${formatMeasure(errorMs)} ms`,
      ],
      width,
    ),
  ];
}

export function describeRates(summary: Summary, width: number): string[] {
  const { rates, duration_seconds: durationSeconds } = summary;
  if (durationSeconds === undefined) return ['none: no row has ended'];
  return flowFacts(
    [
      perSecond(rates.requests_per_second, 'requests'),
      perSecond(rates.output_tokens_per_second, 'output tokens'),
      perSecond(rates.total_tokens_per_second, 'tokens with prompts'),
      `over ${formatShort(durationSeconds)} s`,
    ],
    width,
  );
}

export function describeTokens({ tokens, rows }: Summary, width: number): string[] {
  if (rows.ok === 0) return [];
  const { usage, chunks } = tokens.counted_by;
  return flowFacts(
    [
      `${formatDecimal(tokens.output_counted)} output tokens of ${formatDecimal(tokens.output_asked)} asked`,
      `counted by the server for ${formatDecimal(usage)} rows`,
      chunks === 0 ? undefined : `by chunks for ${formatDecimal(chunks)}`,
    ],
    width,
  );
}

/** What the server counted against what was asked for: a template adds the same to every row. */
export function describePrompts({ prompt }: Summary, width: number): string[] {
  if (prompt === undefined) return [];
  const { min, max, mean } = prompt.drift;
  const drift =
    min === max
      ? `drift ${signed(min)} tokens in every row`
      : `drift ${signed(min)} to ${signed(max)} tokens a row, mean ${signed(mean, 1)}`;
  return flowFacts(
    [
      `${formatDecimal(prompt.counted)} tokens counted by the server`,
      `${formatDecimal(prompt.requested)} asked`,
      drift,
    ],
    width,
  );
}

/** Our own lateness: the error bar of whatever counts from the due time. */
export function describeLag({ metrics }: Summary, width: number): string[] {
  const lag = metrics.schedule_lag;
  if (lag === undefined) return [];
  return flowFacts(
    [
      lag.p99 === undefined
        ? `requests left ${formatMeasure(lag.mean)} ms after their due time on average`
        : `99 % of requests left within ${formatMeasure(lag.p99)} ms of their due time`,
      `the latest ${formatMeasure(lag.max)} ms after it`,
    ],
    width,
  );
}

export function describeStreams({ arrivals }: Summary, width: number): string[] {
  if (arrivals.chunks === 0) return [];
  const { chunks, gaps, coalesced } = arrivals;
  return flowFacts(
    [
      `${formatDecimal(chunks)} chunks`,
      gaps === 0
        ? undefined
        : `${formatShare(coalesced, gaps)} of the gaps between them under 50 µs, read together`,
    ],
    width,
  );
}

export function describeNotes({ notes }: Summary, width: number): string[] {
  return flowFacts(
    NOTES.map((note) => {
      const count = notes[note];
      return count === undefined ? undefined : `${formatDecimal(count)} ${note}`;
    }),
    width,
  );
}

function perSecond(rate: number | undefined, what: string): string | undefined {
  return rate === undefined ? undefined : `${formatMeasure(rate)} ${what}/s`;
}

function signed(value: number, decimals = 0): string {
  return `${value > 0 ? '+' : ''}${formatShort(value, decimals)}`;
}
