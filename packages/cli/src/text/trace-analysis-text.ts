import { formatDecimal, formatShort } from '@trace-replay/metrics/internal';
import type { DistributionSummary, RecipeStatistics } from '@trace-replay/replayer/tools';
import type { TraceAnalysis } from '@trace-replay/replayer/trace';

import { counted, section, tableLines } from './text-table.ts';

type Section<Name extends keyof TraceAnalysis> = NonNullable<TraceAnalysis[Name]>;

/**
 * An analysis as a page of at most 100 columns.
 * Sections for which the file lacks fields are absent.
 */
export function analysisText(name: string, analysis: TraceAnalysis): string {
  const { rows, blockSize, recipe, datagen, arrivals, blocks, cache, routing } = analysis;
  const recipeLines = RECIPE_LINES.flatMap(([line, key, format]) => {
    const value = recipe[key];
    return value === undefined ? [] : [[line, format(value)]];
  });
  return [
    `${name}: ${counted(rows, 'row')}, blocks of ${whole(blockSize)} tokens`,
    ...section("Statistics of the recipe's README", tableLines(recipeLines)),
    ...(datagen ? section('As datagen analyze, per row', datagenLines(datagen)) : []),
    ...section('Lengths, tokens', lengthLines(analysis)),
    ...section('Arrivals', arrivalLines(arrivals)),
    ...(blocks ? section('Blocks', blockLines(blocks)) : []),
    ...(cache ? section('One cache, least recently used out first', cacheLines(cache)) : []),
    ...(routing
      ? section(`Routing to ${whole(routing.workers)} workers`, routingLines(routing))
      : []),
    ...(blocks ? [] : ['', 'Not every row has hash_ids, so nothing is said about blocks.']),
  ].join('\n');
}

const RECIPE_LINES: readonly [name: string, key: keyof RecipeStatistics, format: typeof whole][] = [
  ['Total Requests', 'requests', whole],
  ['Unique Hash Blocks', 'uniqueBlocks', whole],
  ['Total Hash Blocks', 'totalBlocks', whole],
  ['ISL Average', 'islAvg', whole],
  ['ISL Maximum', 'islMax', whole],
  ['ISL Minimum', 'islMin', whole],
  ['OSL Average', 'oslAvg', whole],
  ['OSL Maximum', 'oslMax', whole],
  ['OSL Minimum', 'oslMin', whole],
  ['Block-level Hit Rate', 'blockHitRate', percent],
  ['Token-level Hit Rate', 'tokenHitRate', percent],
  ['Avg Context (shared)', 'contextAvg', whole],
  ['Avg Unique Prompt', 'uniquePromptAvg', whole],
  ['Shared Prefix Ratio', 'sharedPrefixRatio', percent],
];

/** datagen's table: its seven columns, two decimals. */
export function datagenTable(
  lines: readonly (readonly [name: string, summary: DistributionSummary, decimals: number])[],
): string[] {
  return tableLines([
    ['', 'mean', 'std', 'min', 'P25', 'median', 'P75', 'max'],
    ...lines.map(([name, { mean, std, min, p25, median, p75, max }, decimals]) => [
      name,
      ...[mean, std, min, p25, median, p75, max].map((value) => formatDecimal(value, decimals)),
    ]),
  ]);
}

function datagenLines(datagen: Section<'datagen'>): string[] {
  return datagenTable([
    ['Input Length', datagen.inputLength, 2],
    ['Context Length', datagen.contextLength, 2],
    ['Unique Prompt Length', datagen.uniquePromptLength, 2],
    ['Output Length', datagen.outputLength, 2],
    ['Theoretical Hit Rates', datagen.theoreticalHitRate, 4],
  ]);
}

function lengthLines(analysis: TraceAnalysis): string[] {
  const line = (name: string, { p50, p90, p99 }: Section<'inputLength'>, total: number) => [
    name,
    ...[p50, p90, p99, total].map(whole),
  ];
  return tableLines([
    ['', 'p50', 'p90', 'p99', 'total'],
    line('Input', analysis.inputLength, analysis.inputTokens),
    line('Output', analysis.outputLength, analysis.outputTokens),
  ]);
}

function arrivalLines(arrivals: Section<'arrivals'>): string[] {
  const { burst, gapsMs, variation, busiest, rowsPerSecond = 0 } = arrivals;
  const all = `${formatShort(arrivals.durationSeconds)} s from first to last row`;
  const bursts = `${whole(burst.count)} timestamps; rows at one: mean ${formatDecimal(burst.mean, 1)}, max ${whole(burst.max)}`;
  const lines = [['Duration', all]];
  if (gapsMs === undefined || variation === undefined) lines.push(['Bursts', bursts]);
  else {
    const rate =
      `${formatDecimal(rowsPerSecond, 2)} requests/s, ` +
      `${whole(arrivals.inputTokensPerSecond ?? 0)} input tokens/s, ` +
      `${whole(arrivals.outputTokensPerSecond ?? 0)} output tokens/s`;
    const gaps =
      `${formatShort(gapsMs.min)} to ${formatShort(gapsMs.max)} ms between timestamps, ` +
      `median ${formatShort(gapsMs.median)}`;
    const even = `${formatDecimal(variation, 2)} (random arrivals have 1, even ones 0)`;
    lines.push(['Rate', rate], ['Bursts', bursts], ['Gaps', gaps], ['Variation', even]);
  }
  const most = busiest.map(({ seconds, rows }) => `${whole(rows)} rows in ${seconds} s`);
  return tableLines([...lines, ['Busiest', most.join(', ')]], ['left', 'left']);
}

function blockLines(blocks: Section<'blocks'>): string[] {
  return [
    `${whole(blocks.usedOnce)} of ${whole(blocks.unique)} are used once ` +
      `(${percent(blocks.usedOnce / blocks.unique)}); the longest row has ${whole(blocks.longestRow)}.`,
    `A prefix cache that is empty at first and has no limit holds ${percent(blocks.prefixHitRate)}` +
      ' of the tokens: the ceiling.',
    blocks.isTree
      ? 'The ids form a tree: an id always follows the same id.'
      : 'The ids form no tree: an id follows several others, so it does not stand for its prefix.',
  ];
}

function cacheLines({ curve, unlimitedHitRate, reuseDistance }: Section<'cache'>): string[] {
  const hasSize = curve.some(({ gigabytes }) => gigabytes !== undefined);
  const line = (tokens: string, gigabytes: string, hitRate: string) =>
    hasSize ? [tokens, gigabytes, hitRate] : [tokens, hitRate];
  const size = (gigabytes: number | undefined) =>
    gigabytes === undefined ? '' : formatDecimal(gigabytes, 1);
  const lines = curve.map(({ tokens, gigabytes, hitRate }) =>
    line(whole(tokens), size(gigabytes), percent(hitRate)),
  );
  const unlimited = line('unlimited', '', percent(unlimitedHitRate));
  return [
    ...tableLines([line('tokens', 'GB', 'hit rate'), ...lines, unlimited], []),
    ...reuseDistance.map(
      ({ share, tokens, gigabytes }) =>
        `${formatShort(share * 100)} % of the hits need ${whole(tokens)} tokens` +
        (gigabytes === undefined ? '' : ` (${size(gigabytes)} GB)`),
    ),
  ];
}

function routingLines({ roundRobin, kvAware }: Section<'routing'>): string[] {
  const line = (name: string, { blockHitRate, prefillTokens, imbalance }: typeof kvAware) => [
    name,
    percent(blockHitRate),
    whole(prefillTokens),
    formatDecimal(imbalance, 2),
  ];
  const saved = 1 - kvAware.prefillTokens / roundRobin.prefillTokens;
  return [
    ...tableLines([
      ['', 'hit rate', 'prefill tokens', 'busiest ÷ mean'],
      line('Round robin', roundRobin),
      line('KV-aware', kvAware),
    ]),
    saved >= 0
      ? `A KV-aware router saves ${percent(saved)} of the prefill tokens.`
      : `A KV-aware router costs ${percent(-saved)} more prefill tokens.`,
  ];
}

function whole(value: number): string {
  return formatDecimal(value);
}

function percent(rate: number): string {
  return `${formatDecimal(100 * rate, 2)} %`;
}
