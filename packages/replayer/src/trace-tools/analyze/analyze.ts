import { OptionsError } from '../../errors/errors.ts';
import type { TraceRow } from '../../trace/row.ts';
import { analyzeArrivals, type ArrivalStatistics } from './arrivals.ts';
import {
  analyzeAsDatagen,
  analyzeBlocks,
  type BlockStatistics,
  type DatagenStatistics,
} from './blocks.ts';
import { type CacheStatistics, describeCache } from './cache.ts';
import { analyzeRouting, MAX_WORKERS, type RoutingStatistics } from './routing.ts';
import { ColumnsBuilder } from './columns.ts';
import { type DistributionSummary, type Percentiles, ValueCounts } from './value-counts.ts';

export interface AnalyzeOptions {
  /** Prompt tokens that one hash id names. */
  readonly blockSize?: number;
  /** Workers of the comparison of routers, 1 to 256. */
  readonly workers?: number;
  /** Cache sizes of the curve, in tokens; by default twelve, doubling up to the whole trace. */
  readonly cacheTokens?: readonly number[];
  /** Size of a token's keys and values: adds gigabytes to the curve. */
  readonly bytesPerToken?: number;
}

/** The statistics block of the recipe's README, by the definitions that give its figures. */
export interface RecipeStatistics {
  readonly requests: number;
  readonly uniqueBlocks?: number;
  readonly totalBlocks?: number;
  /** Input and output lengths, in tokens. */
  readonly islAvg: number;
  readonly islMax: number;
  readonly islMin: number;
  readonly oslAvg: number;
  readonly oslMax: number;
  readonly oslMin: number;
  readonly blockHitRate?: number;
  readonly tokenHitRate?: number;
  /** Mean of `context_len`. */
  readonly contextAvg?: number;
  /** Mean of `unique_user_prompt_len`. */
  readonly uniquePromptAvg?: number;
  /** Σ `context_len` ÷ Σ `input_length`. */
  readonly sharedPrefixRatio?: number;
}

/**
 * Figures of a trace file: nothing is measured, and figures without a field in the file are absent.
 * Lengths in tokens, rates from 0 to 1. `docs/trace-tools.md` defines every figure.
 */
export interface TraceAnalysis {
  readonly rows: number;
  readonly blockSize: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly inputLength: DistributionSummary & Percentiles;
  readonly outputLength: DistributionSummary & Percentiles;
  readonly arrivals: ArrivalStatistics;
  readonly recipe: RecipeStatistics;
  /** These are absent unless every row has `hash_ids`. */
  readonly blocks?: BlockStatistics;
  readonly datagen?: DatagenStatistics;
  readonly cache?: CacheStatistics;
  readonly routing?: RoutingStatistics;
}

/**
 * Analyzes a trace in one reading. Memory follows the distinct blocks and, 8 bytes each, all.
 *
 * @param batches the rows in the order of the file, at least one
 * @throws {OptionsError} for an option that is wrong
 */
export async function analyzeTrace(
  batches: AsyncIterable<readonly TraceRow[]> | Iterable<readonly TraceRow[]>,
  { blockSize = 512, workers = 4, cacheTokens, bytesPerToken }: AnalyzeOptions = {},
): Promise<TraceAnalysis> {
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw new OptionsError(
      `Cannot analyze for ${workers} workers, expected an integer from 1 to ${MAX_WORKERS}`,
    );
  }
  const builder = new ColumnsBuilder();
  for await (const batch of batches) {
    for (const row of batch) builder.add(row);
  }
  const columns = builder.build();
  const { rows, blocks, shared } = columns;
  if (rows === 0) throw new RangeError('Cannot analyze a trace without rows');
  const inputLength = summaryOf(columns.inputLengths);
  const outputLength = summaryOf(columns.outputLengths);
  const inputTokens = total(columns.inputLengths);
  const outputTokens = total(columns.outputLengths);
  const blockStatistics = blocks && analyzeBlocks(columns, blocks, blockSize);
  return {
    rows,
    blockSize,
    inputTokens,
    outputTokens,
    inputLength,
    outputLength,
    arrivals: analyzeArrivals(columns.timestampsMs, { input: inputTokens, output: outputTokens }),
    recipe: {
      requests: rows,
      islAvg: inputLength.mean,
      islMax: inputLength.max,
      islMin: inputLength.min,
      oslAvg: outputLength.mean,
      oslMax: outputLength.max,
      oslMin: outputLength.min,
      ...(blockStatistics && {
        uniqueBlocks: blockStatistics.unique,
        totalBlocks: blockStatistics.total,
        blockHitRate: blockStatistics.blockHitRate,
        tokenHitRate: blockStatistics.tokenHitRate,
      }),
      ...(shared && {
        contextAvg: shared.contextTokens / rows,
        uniquePromptAvg: shared.uniquePromptTokens / rows,
        sharedPrefixRatio: shared.contextTokens / inputTokens,
      }),
    },
    ...(blocks &&
      blockStatistics && {
        blocks: blockStatistics,
        datagen: analyzeAsDatagen(columns, blocks, blockSize),
        cache: describeCache(blocks, blockSize, cacheTokens, bytesPerToken),
        routing: analyzeRouting(blocks, columns.inputLengths, blockSize, workers),
      }),
  };
}

function summaryOf(values: Int32Array): DistributionSummary & Percentiles {
  const counts = new ValueCounts();
  for (const value of values) counts.add(value);
  return { ...counts.summary()!, ...counts.percentiles()! };
}

function total(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
