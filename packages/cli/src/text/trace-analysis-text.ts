import { formatDecimal, formatShort } from '@trace-replay/metrics/internal';
import type {
  ArrivalStatistics,
  BlockStatistics,
  CacheStatistics,
  DatagenStatistics,
  DistributionSummary,
  Percentiles,
  RecipeStatistics,
  RoutingResult,
  RoutingStatistics,
} from '@trace-replay/replayer/internal';
import type { TraceAnalysis } from '@trace-replay/replayer/trace';

import { counted, section, tableLines } from './text-table.ts';

/**
 * An analysis as a page of at most 100 columns.
 * Sections for which the file lacks fields are absent.
 */
export function analysisText(name: string, analysis: TraceAnalysis): string {
  const { rows, blockSize, recipe, datagen, arrivals, blocks, cache, routing } = analysis;
  return [
    `${name}: ${counted(rows, 'row')}, blocks of ${whole(blockSize)} tokens`,
    ...section("Statistics of the recipe's README", recipeLines(recipe)),
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

function recipeLines(recipe: RecipeStatistics): string[] {
  const line = (name: string, value: number | undefined, format: (value: number) => string) =>
    value === undefined ? [] : [[name, format(value)]];
  return tableLines([
    ...line('Total Requests', recipe.requests, whole),
    ...line('Unique Hash Blocks', recipe.uniqueBlocks, whole),
    ...line('Total Hash Blocks', recipe.totalBlocks, whole),
    ...line('ISL Average', recipe.islAvg, whole),
    ...line('ISL Maximum', recipe.islMax, whole),
    ...line('ISL Minimum', recipe.islMin, whole),
    ...line('OSL Average', recipe.oslAvg, whole),
    ...line('OSL Maximum', recipe.oslMax, whole),
    ...line('OSL Minimum', recipe.oslMin, whole),
    ...line('Block-level Hit Rate', recipe.blockHitRate, percent),
    ...line('Token-level Hit Rate', recipe.tokenHitRate, percent),
    ...line('Avg Context (shared)', recipe.contextAvg, whole),
    ...line('Avg Unique Prompt', recipe.uniquePromptAvg, whole),
    ...line('Shared Prefix Ratio', recipe.sharedPrefixRatio, percent),
  ]);
}

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

function datagenLines(datagen: DatagenStatistics): string[] {
  return datagenTable([
    ['Input Length', datagen.inputLength, 2],
    ['Context Length', datagen.contextLength, 2],
    ['Unique Prompt Length', datagen.uniquePromptLength, 2],
    ['Output Length', datagen.outputLength, 2],
    ['Theoretical Hit Rates', datagen.theoreticalHitRate, 4],
  ]);
}

function lengthLines(analysis: TraceAnalysis): string[] {
  const line = (name: string, { p50, p90, p99 }: Percentiles, total: number) => [
    name,
    ...[p50, p90, p99, total].map(whole),
  ];
  return tableLines([
    ['', 'p50', 'p90', 'p99', 'total'],
    line('Input', analysis.inputLength, analysis.inputTokens),
    line('Output', analysis.outputLength, analysis.outputTokens),
  ]);
}

function arrivalLines(arrivals: ArrivalStatistics): string[] {
  const { burst, gapsMs, variation, busiest, rowsPerSecond = 0 } = arrivals;
  const all = `${formatShort(arrivals.durationSeconds)} s from first to last row`;
  const bursts = `${whole(burst.count)} timestamps; rows at one: mean ${formatDecimal(burst.mean, 1)}, max ${whole(burst.max)}`;
  return tableLines(
    [
      ['Duration', all],
      ...(gapsMs && variation !== undefined
        ? [
            [
              'Rate',
              `${formatDecimal(rowsPerSecond, 2)} requests/s, ` +
                `${whole(arrivals.inputTokensPerSecond ?? 0)} input tokens/s, ` +
                `${whole(arrivals.outputTokensPerSecond ?? 0)} output tokens/s`,
            ],
            ['Bursts', bursts],
            [
              'Gaps',
              `${formatShort(gapsMs.min)} to ${formatShort(gapsMs.max)} ms between timestamps, ` +
                `median ${formatShort(gapsMs.median)}`,
            ],
            ['Variation', `${formatDecimal(variation, 2)} (random arrivals have 1, even ones 0)`],
          ]
        : [['Bursts', bursts]]),
      [
        'Busiest',
        busiest.map(({ seconds, rows }) => `${whole(rows)} rows in ${seconds} s`).join(', '),
      ],
    ],
    ['left', 'left'],
  );
}

function blockLines(blocks: BlockStatistics): string[] {
  return [
    `${whole(blocks.usedOnce)} of ${whole(blocks.unique)} are used once ` +
      `(${percent(blocks.usedOnce / blocks.unique)}); the longest row has ${whole(blocks.longestRow)}.`,
    `A prefix cache that is empty at first and has no limit holds ${percent(blocks.prefixHitRate)}` +
      ' of the tokens.',
    blocks.isTree
      ? 'The ids form a tree: an id always follows the same id.'
      : 'The ids form no tree: an id follows several others, so it does not stand for its prefix.',
  ];
}

function cacheLines({ curve, unlimitedHitRate, reuseDistance }: CacheStatistics): string[] {
  const hasSize = curve.some(({ gigabytes }) => gigabytes !== undefined);
  const size = (gigabytes: number | undefined) =>
    hasSize ? [gigabytes === undefined ? '' : formatDecimal(gigabytes, 1)] : [];
  const near = ({ share, tokens, gigabytes }: CacheStatistics['reuseDistance'][number]) =>
    `${formatShort(share * 100)} % of the hits need ${whole(tokens)} tokens` +
    (gigabytes === undefined ? '' : ` (${formatDecimal(gigabytes, 1)} GB)`);
  return [
    ...tableLines(
      [
        ['tokens', ...(hasSize ? ['GB'] : []), 'hit rate'],
        ...curve.map(({ tokens, gigabytes, hitRate }) => [
          whole(tokens),
          ...size(gigabytes),
          percent(hitRate),
        ]),
        ['unlimited', ...size(undefined), percent(unlimitedHitRate)],
      ],
      [],
    ),
    ...reuseDistance.map(near),
  ];
}

function routingLines({ roundRobin, kvAware }: RoutingStatistics): string[] {
  const line = (name: string, { blockHitRate, prefillTokens, imbalance }: RoutingResult) => [
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
