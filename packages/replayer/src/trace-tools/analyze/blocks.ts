import { BlockIndex } from '../../trace/block-index.ts';
import type { BlockColumns, TraceColumns } from './columns.ts';
import { Distribution, type DistributionSummary } from './distribution.ts';

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
   * Tokens in leading blocks with which an earlier row began ÷ Σ input length: what a prefix cache
   * without a limit, empty at first, holds of the trace. A run's report predicts by the same rule.
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
    usedOnce: uses.reduce((count, use) => count + (use === 1 ? 1 : 0), 0),
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
  const lines = {
    inputLength: new Distribution(),
    contextLength: new Distribution(),
    uniquePromptLength: new Distribution(),
    outputLength: new Distribution(),
    theoreticalHitRate: new Distribution(),
  };
  forEachRow(blocks, (row, start, end, seen) => {
    let repeated = 0;
    let prefix = 0;
    for (let at = start; at < end; at += 1) {
      if (pairs.isRepeated(at - start, numbers[at]!)) repeated += 1;
      if (numbers[at]! < seen && prefix === at - start) prefix += 1;
    }
    const inputLength = columns.inputLengths[row]!;
    const contextLength = repeated === end - start ? inputLength : repeated * blockSize;
    lines.inputLength.add(inputLength);
    lines.contextLength.add(contextLength);
    lines.uniquePromptLength.add(inputLength - contextLength);
    lines.outputLength.add(columns.outputLengths[row]!);
    lines.theoreticalHitRate.add(prefix / (end - start));
  });
  return {
    pairs: pairs.size,
    inputLength: lines.inputLength.summary()!,
    contextLength: lines.contextLength.summary()!,
    uniquePromptLength: lines.uniquePromptLength.summary()!,
    outputLength: lines.outputLength.summary()!,
    theoreticalHitRate: lines.theoreticalHitRate.summary()!,
  };
}

/**
 * Counts pairs of position and block. In a tree a block has one position, so the first position of
 * each block is an array, and only other positions need an index.
 */
function countPairs({ numbers, unique, ...blocks }: BlockColumns) {
  const ONCE = 1;
  const firstPosition = new Int32Array(unique).fill(-1);
  const uses = new Uint8Array(unique);
  const others = new BlockIndex();
  const otherUses: number[] = [];
  const count = (position: number, block: number) => {
    if (firstPosition[block] === -1) firstPosition[block] = position;
    if (firstPosition[block] === position) {
      uses[block] = uses[block] === 0 ? ONCE : 2;
    } else {
      const pair = others.add(position, block);
      otherUses[pair] = (otherUses[pair] ?? 0) + 1;
    }
  };
  forEachRow({ numbers, unique, ...blocks }, (_row, start, end) => {
    for (let at = start; at < end; at += 1) count(at - start, numbers[at]!);
  });
  return {
    size: unique + others.size,
    isRepeated: (position: number, block: number): boolean =>
      firstPosition[block] === position
        ? uses[block]! > ONCE
        : otherUses[others.add(position, block)]! > ONCE,
  };
}

/**
 * Visits the rows in order.
 *
 * @param visit gets the row, where its blocks begin and end in `numbers`, and how many blocks
 *   earlier rows had: as blocks are numbered by first sight, those with a lower number
 */
function forEachRow(
  { numbers, ends }: BlockColumns,
  visit: (row: number, start: number, end: number, seen: number) => void,
): void {
  let start = 0;
  let seen = 0;
  for (let row = 0; row < ends.length; row += 1) {
    const end = ends[row]!;
    visit(row, start, end, seen);
    for (let at = start; at < end; at += 1) seen = Math.max(seen, numbers[at]! + 1);
    start = end;
  }
}
