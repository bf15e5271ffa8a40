import { describeReason } from '../../fidelity/sentences.ts';
import type { Verdict } from '../../schemas/fidelity.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import type { Page, Style } from '../layout.ts';

const VERDICTS: Readonly<Record<Verdict, readonly [style: Style, meaning: string]>> = {
  valid: ['bold', 'our own error is at most 1 ms or 2 % in every figure that is judged.'],
  degraded: ['yellow', 'usable with our own errors in mind.'],
  invalid: ['red', 'our own errors are too large to believe all of it.'],
};

/** More than these stand in summary.json alone. */
const MOST_REASONS = 8;

export function describeFidelity({ fidelity }: Summary, page: Page): string[] {
  if (fidelity === undefined) {
    return page.prose('none: the run left no readings of itself, so its own error is unknown');
  }
  const { verdict } = fidelity;
  const ofServer = fidelity.server_reasons ?? [];
  const reasons = [...fidelity.reasons, ...ofServer];
  const isOnlyServer = fidelity.reasons.length === 0 && ofServer.length > 0;
  const [style, meaning] = VERDICTS[verdict];
  const [first = '', ...rest] = page.prose(
    `${verdict}: ${isOnlyServer ? 'our own error is small; what the server says is in doubt.' : meaning}`,
  );
  const shown = reasons.slice(0, MOST_REASONS).flatMap((reason) => {
    const lines = page.prose(`- ${describeReason(reason)}`, page.room - 2);
    return lines.map((line, index) => (index === 0 ? line : `  ${line}`));
  });
  const left = reasons.length - MOST_REASONS;
  const more = left > 0 ? [`- and ${left} more in summary.json`] : [];
  return [page.paint(style, first), ...rest, ...shown, ...more];
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
