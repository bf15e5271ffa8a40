import { BlockIndex } from '../../trace/block-index.ts';
import { type BlockColumns, forEachRow, type TraceColumns } from './columns.ts';
import { type DistributionSummary, ValueCounts } from './value-counts.ts';

/** How blocks repeat in a trace, at any distance: a property of the file, not a measurement. */
export interface BlockStatistics {
  readonly unique: number;
  readonly total: number;
  /** Blocks that occur once in the whole trace. */
  readonly usedOnce: number;
  /** Blocks of the longest row. */
  readonly longestRow: number;
  /** Whether an id always follows the same id, so that an id stands for its whole prefix. */
  readonly isTree: boolean;
  /** 1 - unique ÷ total. */
  readonly blockHitRate: number;
  /** Σ(input length × its blocks seen in earlier rows ÷ its blocks) ÷ Σ input length. */
  readonly tokenHitRate: number;
  /**
   * Tokens in leading blocks with which an earlier row began ÷ Σ input length: the hit rate of a
   * prefix cache without a limit, empty at first. A run's report predicts by the same rule.
   */
  readonly prefixHitRate: number;
  /** The same share of each row, mean over the rows. */
  readonly meanPrefixHitRate: number;
}

/** The lines of `datagen analyze`, each per row. */
export interface DatagenStatistics {
  /** Distinct pairs of position and id. */
  readonly pairs: number;
  readonly inputLength: DistributionSummary;
  /** Blocks whose pair of position and id occurs again anywhere in the file, in tokens. */
  readonly contextLength: DistributionSummary;
  /** Input length without the context. */
  readonly uniquePromptLength: DistributionSummary;
  readonly outputLength: DistributionSummary;
  /** Share of the row's blocks before the first that no earlier row had. */
  readonly theoreticalHitRate: DistributionSummary;
}

export function analyzeBlocks(
  columns: TraceColumns,
  blocks: BlockColumns,
  blockSize: number,
): BlockStatistics {
  const { numbers, ends, unique } = blocks;
  const uses = new Uint8Array(unique);
  const before = new Int32Array(unique);
  let isTree = true;
  let longestRow = 0;
  let hitTokens = 0;
  let inputTokens = 0;
  let prefixTokens = 0;
  let prefixShares = 0;
  forEachRow(blocks, (row, start, end, seen) => {
    const inputLength = columns.inputLengths[row]!;
    let hits = 0;
    let prefix = 0;
    for (let at = start; at < end; at += 1) {
      const block = numbers[at]!;
      const previous = at === start ? 0 : numbers[at - 1]! + 1;
      if (block < seen) hits += 1;
      if (block < seen && prefix === at - start) prefix += 1;
      if (uses[block] === 0) before[block] = previous;
      else if (before[block] !== previous) isTree = false;
      uses[block] = uses[block] === 0 ? 1 : 2;
    }
    longestRow = Math.max(longestRow, end - start);
    hitTokens += (inputLength * hits) / (end - start);
    inputTokens += inputLength;
    const cached = Math.min(prefix * blockSize, inputLength);
    prefixTokens += cached;
    prefixShares += cached / inputLength;
  });
  const total = ends.at(-1) ?? 0;
  return {
    unique,
    total,
    usedOnce: uses.filter((count) => count === 1).length,
    longestRow,
    isTree,
    blockHitRate: 1 - unique / total,
    tokenHitRate: hitTokens / inputTokens,
    prefixHitRate: prefixTokens / inputTokens,
    meanPrefixHitRate: prefixShares / ends.length,
  };
}

export function analyzeAsDatagen(
  columns: TraceColumns,
  blocks: BlockColumns,
  blockSize: number,
): DatagenStatistics {
  const { numbers } = blocks;
  const pairs = countPairs(blocks);
  const inputLengths = new ValueCounts();
  const contextLengths = new ValueCounts();
  const uniquePromptLengths = new ValueCounts();
  const outputLengths = new ValueCounts();
  const theoreticalHitRates = new ValueCounts();
  forEachRow(blocks, (row, start, end, seen) => {
    let repeated = 0;
    let prefix = 0;
    for (let at = start; at < end; at += 1) {
      if (pairs.isRepeated(at - start, numbers[at]!)) repeated += 1;
      if (numbers[at]! < seen && prefix === at - start) prefix += 1;
    }
    const inputLength = columns.inputLengths[row]!;
    const contextLength = repeated === end - start ? inputLength : repeated * blockSize;
    inputLengths.add(inputLength);
    contextLengths.add(contextLength);
    uniquePromptLengths.add(inputLength - contextLength);
    outputLengths.add(columns.outputLengths[row]!);
    theoreticalHitRates.add(prefix / (end - start));
  });
  return {
    pairs: pairs.size,
    inputLength: inputLengths.summary()!,
    contextLength: contextLengths.summary()!,
    uniquePromptLength: uniquePromptLengths.summary()!,
    outputLength: outputLengths.summary()!,
    theoreticalHitRate: theoreticalHitRates.summary()!,
  };
}

/**
 * Counts pairs of position and block. In a tree a block has one position, so the first position of
 * each block is an array, and only other positions need an index.
 */
function countPairs(blocks: BlockColumns) {
  const { numbers, unique } = blocks;
  const firstPosition = new Int32Array(unique).fill(-1);
  const firstUses = new Int32Array(unique);
  const others = new BlockIndex();
  const otherUses: number[] = [];
  forEachRow(blocks, (_row, start, end) => {
    for (let at = start; at < end; at += 1) {
      const block = numbers[at]!;
      const position = at - start;
      if (firstPosition[block] === -1) firstPosition[block] = position;
      if (firstPosition[block] === position) {
        firstUses[block]! += 1;
      } else {
        const pair = others.add(position, block);
        otherUses[pair] = (otherUses[pair] ?? 0) + 1;
      }
    }
  });
  return {
    size: unique + others.size,
    isRepeated(position: number, block: number): boolean {
      if (firstPosition[block] === position) return firstUses[block]! > 1;
      return otherUses[others.add(position, block)]! > 1;
    },
  };
}
