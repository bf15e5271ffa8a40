import { decidingReasons } from '../../fidelity/deciding-reasons.ts';
import { describeReason } from '../../fidelity/sentences.ts';
import type { Verdict } from '../../schemas/fidelity.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import type { Page, Style } from '../layout.ts';

const VERDICTS: Readonly<Record<Verdict, readonly [style: Style, meaning: string]>> = {
  valid: ['bold', 'the measurement error is small in every judged figure.'],
  degraded: ['yellow', 'usable with these errors in mind.'],
  invalid: ['red', 'the measurement errors are too large to rely on the results.'],
};

/** So many reasons are printed, the most important first. */
const MOST_REASONS = 3;

export function describeFidelity({ fidelity }: Summary, page: Page): string[] {
  if (fidelity === undefined) {
    return page.prose('unknown: the run left no readings of itself, so its own error is unknown');
  }
  const { verdict } = fidelity;
  const ours = fidelity.reasons.filter(decidesIn(page));
  const ofServer = (fidelity.server_reasons ?? []).filter(decidesIn(page));
  const reasons = [...ours, ...ofServer];
  const isOnlyServer = ours.length === 0 && ofServer.length > 0;
  const [style, meaning] = VERDICTS[verdict];
  const [first = '', ...rest] = page.prose(
    `${verdict}: ${isOnlyServer ? 'the measurement error is small, but a count of the server is in doubt.' : meaning}`,
  );
  const shown = page.verbose
    ? reasons.map(describeReason)
    : decidingReasons(fidelity, MOST_REASONS).map(({ text, advice = '' }) => `${text} ${advice}`);
  const lines = shown.flatMap((text) => {
    const ofReason = page.prose(`- ${text.trim()}`, page.room - 2);
    return ofReason.map((line, index) => (index === 0 ? line : `  ${line}`));
  });
  const left = reasons.length - shown.length;
  const more = left > 0 ? [`- ${left} more with --verbose`] : [];
  return [page.paint(style, first), ...rest, ...lines, ...more];
}

/** A reason beside the headline has a mark in the table, and a line with `verbose`. */
function decidesIn({ verbose }: Page) {
  return ({
    decides = true,
  }: {
    readonly verdict: Verdict;
    readonly decides?: boolean | undefined;
  }) => verbose || decides;
}

export function describeShards({ shards }: Summary, page: Page): string[] {
  if (shards === undefined) return [];
  const { count, merged, missing = [], server_clock_spread_ms: spreadMs, worst } = shards;
  const facts = page.facts([
    `${formatDecimal(merged)} of ${formatDecimal(count)} merged`,
    worst && worst.verdict !== 'valid'
      ? `the worst is shard ${worst.index}: ${worst.verdict}`
      : undefined,
    spreadMs === undefined
      ? undefined
      : `their clocks differ by up to ${formatMeasure(spreadMs)} ms, with the way to the server`,
  ]);
  if (missing.length === 0) return facts;
  const text = `Not ended or not there: ${missing.join(', ')}. Rows without a record count as not sent.`;
  return [...facts, ...page.warning(text)];
}
