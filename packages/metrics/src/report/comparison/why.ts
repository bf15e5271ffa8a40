import type { ComparedValue, Contest, SideLoad } from '../../schemas/comparison.ts';
import { formatDecimal, formatMeasure, formatShare } from '../../values/units.ts';
import { letterOf } from './values.ts';

export function whySentences({ load, first, second }: Contest): string[] {
  const [a, b] = [letterOf(first), letterOf(second)];
  const both = (say: (load: SideLoad) => string | undefined) =>
    `${a} ${say(load.first) ?? 'not told'}, ${b} ${say(load.second) ?? 'not told'}`;
  const has = (key: keyof SideLoad) =>
    load.first[key] !== undefined || load.second[key] !== undefined;
  const broken = load.first.beyond_limit.map(({ metric, rows }, place) => {
    const others = load.second.beyond_limit[place]?.rows ?? 0;
    return `${metric} ${a} ${formatDecimal(rows)}, ${b} ${formatDecimal(others)}`;
  });
  const sentences = broken.length > 0 ? [`Ok rows beyond a limit: ${broken.join('; ')}.`] : [];
  if (has('served_per_second')) {
    const offered = load.first.offered_per_second;
    const atRate = offered === undefined ? '' : `${formatMeasure(offered)} offered; `;
    const served = both(({ served_per_second: rate }) =>
      rate === undefined ? undefined : `${formatMeasure(rate)}/s`,
    );
    const peaks = both((one) => formatDecimal(one.peak_in_flight));
    sentences.push(`Rows a second: ${atRate}served ${served}. Most in flight at once: ${peaks}.`);
  }
  if (has('ttft_last_quarter_ms')) {
    const trend = both(({ ttft_first_quarter_ms: from, ttft_last_quarter_ms: to }) => {
      return `${formatTime(from) ?? '–'} → ${formatTime(to) ?? '–'}`;
    });
    sentences.push(`Median time to first token, first → last quarter of the rows: ${trend}.`);
  }
  for (const letter of [isOverrun(load.first) && a, isOverrun(load.second) && b]) {
    if (letter === false) continue;
    sentences.push(
      `${letter} was offered more than it serves: its queue grew all along, so its latencies` +
        ' tell how long the trace is.',
    );
  }
  if (has('cached_share')) {
    const cached = both((one) => formatPart(one.cached_share));
    sentences.push(`Prompt tokens that the server had cached: ${cached}.`);
  }
  if (has('router_hit_rate')) {
    const rates = both((one) => formatPart(one.router_hit_rate));
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

function formatPart(share: number | undefined): string | undefined {
  return share === undefined ? undefined : formatShare(share, 1);
}

function formatTime(ms: ComparedValue | undefined): string | undefined {
  if (ms === undefined) return undefined;
  if (ms === 'infinite') return '∞';
  return ms >= 10_000 ? `${formatMeasure(ms / 1000)} s` : `${formatMeasure(ms)} ms`;
}
