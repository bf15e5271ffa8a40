import { TraceError } from '../../errors/errors.ts';
import { type Chains, contract } from './prefix-chains.ts';
import { PrefixTree } from './prefix-tree.ts';
import { type Counts, countsOf, increment } from './numpy/empirical.ts';
import { readRows } from '../../trace/read.ts';
import type { TraceRow } from '../../trace/row.ts';
import type { TraceSource } from '../../trace/source.ts';
import type { TimeUnit } from '../../trace/time-unit.ts';
import type { Compat } from './options.ts';

/** What datagen keeps of a trace: the shared prefixes as a tree, and five distributions. */
export interface TraceModel extends Chains {
  /** The trace as errors name it. */
  readonly file: string;
  readonly compat: Compat;
  readonly blockSize: number;
  readonly rows: number;
  /** Milliseconds from the earliest timestamp to the latest. */
  readonly spanMs: number;
  /** Distinct blocks, each under its parent. */
  readonly nodes: number;
  /** Rows at one timestamp. */
  readonly bursts: Counts;
  /** Milliseconds between neighbouring timestamps, where time goes on. */
  readonly gapsMs: Counts;
  /** Tokens in the last block. */
  readonly remainders: Counts;
  /** Output lengths, in tokens. */
  readonly outputLengths: Counts;
}

export interface LearnOptions {
  readonly compat?: Compat;
  readonly blockSize?: number;
  /** Of the field `timestamp`; milliseconds if absent, which refuses what looks otherwise. */
  readonly timeUnit?: TimeUnit | undefined;
}

/**
 * Reads a trace and learns its model. Blank lines are skipped. The old era takes rows whose
 * timestamps go back, as datagen did then.
 *
 * @throws {TraceError} for the first row that cannot be learned from
 */
export async function learnTrace(
  source: TraceSource,
  { compat = 'new', blockSize = 512, timeUnit }: LearnOptions = {},
): Promise<TraceModel> {
  const learner = new TraceLearner(source.name, compat, blockSize);
  const order = compat === 'new' ? 'ascending' : 'any';
  const reading = { blockSize, timeUnit, doubtfulUnit: 'refuse', blankLines: 'skip' } as const;
  for await (const rows of readRows(source, { ...reading, order })) {
    for (const row of rows) learner.add(row);
  }
  return learner.model();
}

/**
 * Learns the model of a trace row by row. Memory follows the distinct blocks.
 * Source: `datagen synthesize` of the Dynamo repository, steps 1 to 5 of `docs/trace-tools.md`.
 */
export class TraceLearner {
  readonly #file: string;
  readonly #compat: Compat;
  readonly #blockSize: number;
  readonly #tree = new PrefixTree();
  /** For each row, its last node. */
  readonly #lastNodes: number[] = [];
  /** For each row, the tokens in its last block. */
  readonly #remainders: number[] = [];
  readonly #rowsAt = new Map<number, number>();
  readonly #gapsMs = new Map<number, number>();
  readonly #outputLengths = new Map<number, number>();
  #timestampMs: number | undefined;
  #earliestMs = Infinity;
  #latestMs = -Infinity;

  /** @param file the trace as errors name it */
  constructor(file: string, compat: Compat, blockSize: number) {
    this.#file = file;
    this.#compat = compat;
    this.#blockSize = blockSize;
  }

  /** @throws {TraceError} for a row that datagen cannot learn from, by its number from 1 */
  add(row: TraceRow): void {
    const hashIds = row.hashIds ?? [];
    const remainder = this.#checkedRemainder(row, hashIds.length);
    this.#lastNodes.push(this.#tree.add(hashIds));
    this.#remainders.push(remainder);
    increment(this.#outputLengths, row.outputLength);

    const timestampMs = this.#compat === 'old' ? Math.trunc(row.timestampMs) : row.timestampMs;
    const gapMs = timestampMs - (this.#timestampMs ?? timestampMs);
    if (gapMs > 0) increment(this.#gapsMs, gapMs);
    if (gapMs < 0 && this.#compat === 'new') {
      throw this.#error(row, 'timestamp', `${timestampMs}, expected at least ${this.#timestampMs}`);
    }
    increment(this.#rowsAt, timestampMs);
    this.#timestampMs = timestampMs;
    this.#earliestMs = Math.min(this.#earliestMs, timestampMs);
    this.#latestMs = Math.max(this.#latestMs, timestampMs);
  }

  /** @throws {TraceError} if there were fewer than two rows */
  model(): TraceModel {
    const file = this.#file;
    const rows = this.#lastNodes.length;
    if (rows < 2) {
      throw new TraceError(
        `Cannot learn from trace "${file}": it has ${rows} row${rows === 1 ? '' : 's'}, expected at least 2`,
        { file },
      );
    }
    return {
      file,
      compat: this.#compat,
      blockSize: this.#blockSize,
      rows,
      spanMs: this.#latestMs - this.#earliestMs,
      nodes: this.#tree.parents.length,
      ...contract(this.#tree, this.#remaindersAt()),
      bursts: countsOf(this.#rowsAt.values()),
      gapsMs: this.#gapsMs,
      remainders: countsOf(this.#remainders),
      outputLengths: this.#outputLengths,
    };
  }

  #checkedRemainder(row: TraceRow, blocks: number): number {
    if (blocks === 0) {
      throw this.#error(row, 'hash_ids', 'absent or empty, expected an id for each block');
    }
    const blockSize = this.#blockSize;
    const remainder = row.inputLength - (blocks - 1) * blockSize;
    if (remainder > 0 && remainder <= blockSize) return remainder;
    const expected = Math.ceil(row.inputLength / blockSize);
    throw this.#error(
      row,
      'hash_ids',
      `${blocks} ids, expected ${expected} for ${row.inputLength} tokens in blocks of ${blockSize}`,
    );
  }

  #error(row: TraceRow, field: string, what: string): TraceError {
    return new TraceError(
      `Cannot learn from trace "${this.#file}" row ${row.index + 1}: "${field}" is ${what}`,
      { file: this.#file, field },
    );
  }

  /** For each shared node where rows end, the tokens in their last blocks. */
  #remaindersAt(): Map<number, Map<number, number>> {
    const remaindersAt = new Map<number, Map<number, number>>();
    for (const [row, node] of this.#lastNodes.entries()) {
      if (this.#tree.visits[node] === 1) continue;
      const counts = remaindersAt.get(node) ?? new Map<number, number>();
      increment(counts, this.#remainders[row]!);
      remaindersAt.set(node, counts);
    }
    return remaindersAt;
  }
}
