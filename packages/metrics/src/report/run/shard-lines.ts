import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import { flowFacts, flowProse, type Paint } from '../layout.ts';

/** Of a merged run: how many shards it has, which are missing, and whose verdict it bears. */
export function describeShards({ shards }: Summary, width: number, paint: Paint): string[] {
  if (shards === undefined) return [];
  const { count, merged, missing = [], server_clock_spread_ms: spreadMs, worst } = shards;
  const facts = flowFacts(
    [
      `${formatDecimal(merged)} of ${formatDecimal(count)} merged`,
      worst && worst.verdict !== 'valid'
        ? `the worst is shard ${worst.index}: ${worst.verdict}`
        : undefined,
      spreadMs === undefined
        ? undefined
        : `their clocks differ by up to ${formatMeasure(spreadMs)} ms, with the way to the server`,
    ],
    width,
  );
  if (missing.length === 0) return facts;
  const text = `Not ended or not there: ${missing.join(', ')}. Rows without a record count as not sent.`;
  return [...facts, ...flowProse(text, width).map((line) => paint('yellow', line))];
}
