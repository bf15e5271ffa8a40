import type { Contest, SideLoad } from '../../schemas/comparison.ts';
import { formatDecimal, formatMeasure, formatShare } from '../../values/units.ts';
import { letterOf } from './values.ts';

/** What the records tell of why. */
export function whySentences({ load, first, second }: Contest): string[] {
  const [a, b] = [letterOf(first), letterOf(second)];
  const both = (say: (load: SideLoad) => string | undefined, ifNot = 'not told') =>
    `${a} ${say(load.first) ?? ifNot}, ${b} ${say(load.second) ?? ifNot}`;
  const has = (key: keyof SideLoad) =>
    load.first[key] !== undefined || load.second[key] !== undefined;
  const sentences: string[] = [];
  const broken = load.first.beyond_limit.map(({ metric, rows }, place) => {
    const others = load.second.beyond_limit[place]?.rows ?? 0;
    return `${metric} ${a} ${formatDecimal(rows)}, ${b} ${formatDecimal(others)}`;
  });
  if (broken.length > 0) sentences.push(`Ok rows beyond a limit: ${broken.join('; ')}.`);
  if (has('served_per_second')) {
    const offered = load.first.offered_per_second;
    const served = both((one) => formatRate(one.served_per_second));
    const peaks = both((one) => formatDecimal(one.peak_in_flight));
    sentences.push(
      `Rows a second: ${offered === undefined ? '' : `${formatMeasure(offered)} offered; `}` +
        `served ${served}. Most in flight at once: ${peaks}.`,
    );
  }
  if (has('ttft_last_quarter_ms')) {
    const trend = (one: SideLoad) => {
      const { ttft_first_quarter_ms: from, ttft_last_quarter_ms: to } = one;
      return `${formatTime(from) ?? '–'} → ${formatTime(to) ?? '–'}`;
    };
    sentences.push(`Median time to first token, first → last quarter of the rows: ${both(trend)}.`);
  }
  for (const [one, letter] of [
    [load.first, a],
    [load.second, b],
  ] as const) {
    if (isOverrun(one)) {
      sentences.push(
        `${letter} was offered more than it serves: its queue grew all along, so its latencies` +
          ' tell how long the trace is.',
      );
    }
  }
  if (has('cached_share')) {
    const cached = both(({ cached_share: share }) =>
      share === undefined ? undefined : formatShare(share, 1),
    );
    sentences.push(`Prompt tokens that the server had cached: ${cached}.`);
  }
  if (has('router_hit_rate')) {
    const rates = both(({ router_hit_rate: rate }) =>
      rate === undefined ? undefined : formatShare(rate, 1),
    );
    sentences.push(`Found in caches by the router's own word: ${rates}.`);
  }
  if (has('prefill_wait_ms')) {
    const wait = both((one) => formatTime(one.prefill_wait_ms));
    const prefill = both((one) => formatTime(one.prefill_ms));
    sentences.push(
      `By the server's own clock, on average: waiting for prefill ${wait}; prefill ${prefill}.`,
    );
  }
  return sentences;
}

/** Serves less than is offered, and the first tokens come later and later. */
function isOverrun(load: SideLoad): boolean {
  const { offered_per_second: offered = 0, served_per_second: served = offered } = load;
  const { ttft_first_quarter_ms: from = 0, ttft_last_quarter_ms: to = from } = load;
  if (from === 'infinite') return false;
  return served < 0.95 * offered && (to === 'infinite' || to > 2 * from);
}

function formatRate(perSecond: number | undefined): string | undefined {
  return perSecond === undefined ? undefined : `${formatMeasure(perSecond)}/s`;
}

function formatTime(ms: number | 'infinite' | undefined): string | undefined {
  if (ms === undefined) return undefined;
  if (ms === 'infinite') return '∞';
  return ms >= 10_000 ? `${formatMeasure(ms / 1000)} s` : `${formatMeasure(ms)} ms`;
}
