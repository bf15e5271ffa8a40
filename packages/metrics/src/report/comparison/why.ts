import type { ComparedValue, Contest, SideLoad } from '../../schemas/comparison.ts';
import { formatDecimal, formatMeasure, formatShare } from '../../values/units.ts';
import { letterOf } from './values.ts';

export function whySentences({ load, first, second }: Contest): string[] {
  const [a, b] = [letterOf(first), letterOf(second)];
  const both = (say: (load: SideLoad) => string | undefined) =>
    `${a} ${say(load.first) ?? 'not known'}, ${b} ${say(load.second) ?? 'not known'}`;
  const has = (key: keyof SideLoad) =>
    load.first[key] !== undefined || load.second[key] !== undefined;
  const broken = load.first.beyond_limit.map(({ metric, rows }, place) => {
    const others = load.second.beyond_limit[place]?.rows ?? 0;
    return `${metric} ${a} ${formatDecimal(rows)}, ${b} ${formatDecimal(others)}`;
  });
  const sentences = broken.length > 0 ? [`Ok rows beyond a limit: ${broken.join('; ')}.`] : [];
  if (has('served_per_second')) {
    const offered = [load.first, load.second].map(({ offered_per_second: rate }) =>
      rate === undefined ? 'not known' : formatMeasure(rate),
    );
    const atRate =
      offered[0] === offered[1]
        ? `${offered[0]} offered`
        : `offered ${a} ${offered[0]}, ${b} ${offered[1]}`;
    const served = both(({ served_per_second: rate }) =>
      rate === undefined ? undefined : `${formatMeasure(rate)}/s`,
    );
    const peaks = both((one) => formatDecimal(one.peak_in_flight));
    sentences.push(`Rows a second: ${atRate}; served ${served}. Most in flight at once: ${peaks}.`);
  }
  if (has('ttft_last_quarter_ms')) {
    const trend = both(({ ttft_first_quarter_ms: from, ttft_last_quarter_ms: to }) => {
      return `${formatTime(from) ?? '–'} → ${formatTime(to) ?? '–'}`;
    });
    sentences.push(`Median time to first token, first → last quarter of the rows: ${trend}.`);
  }
  for (const [letter, side] of [[a, load.first] as const, [b, load.second] as const]) {
    if (side.queue_grew !== true || side.waiting_rows === undefined) continue;
    const waiting = side.waiting_rows.map((rows) => formatDecimal(rows)).join(', ');
    sentences.push(
      `${letter} served less than it was offered all along: ${waiting} rows waited for their first` +
        ' token after each quarter of the schedule. Its latencies depend on the length of the trace.',
    );
  }
  if (has('cached_share') || has('router_hit_rate')) {
    sentences.push(`Prompt tokens found in caches: ${both(cachedPart)}.`);
  }
  const ceiling = load.first.cache_ceiling_share ?? load.second.cache_ceiling_share;
  if (has('cached_share') && ceiling !== undefined) {
    sentences.push(`Ceiling of a cold cache without a limit: ${formatShare(ceiling, 1)}.`);
  }
  if (has('cache_expected_kv_aware_share')) {
    const kv = both((one) => formatPart(one.cache_expected_kv_aware_share));
    const roundRobin = both((one) => formatPart(one.cache_expected_round_robin_share));
    sentences.push(`Expected with KV-aware routing: ${kv}; with round robin: ${roundRobin}.`);
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

/** By usage; by the router where usage leaves out what prefill workers had cached. */
function cachedPart({ cached_share: cached, router_hit_rate: routed }: SideLoad) {
  if (routed === undefined) return formatPart(cached);
  const ofRouter = `${formatPart(routed)} by the router`;
  return cached === undefined || cached === 0 ? ofRouter : `${formatPart(cached)}, ${ofRouter}`;
}

function formatPart(share: number | undefined): string | undefined {
  return share === undefined ? undefined : formatShare(share, 1);
}

function formatTime(ms: ComparedValue | undefined): string | undefined {
  if (ms === undefined) return undefined;
  if (ms === 'infinite') return '∞';
  return ms >= 10_000 ? `${formatMeasure(ms / 1000)} s` : `${formatMeasure(ms)} ms`;
}
