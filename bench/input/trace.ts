/** One row of a bench trace. */
export interface BenchRow {
  /** After the first row, whole milliseconds, ascending. */
  readonly dueMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Blocks of the prompt; absent: new ones, which no other row has. */
  readonly hashIds?: readonly number[];
}

/** `count` rows at a constant rate; like a trace, in whole milliseconds. */
export function uniformRows(
  count: number,
  ratePerSecond: number,
  { inputTokens, outputTokens }: Pick<BenchRow, 'inputTokens' | 'outputTokens'>,
): readonly BenchRow[] {
  return Array.from({ length: count }, (_, index) => ({
    dueMs: Math.floor((index * 1000) / ratePerSecond),
    inputTokens,
    outputTokens,
  }));
}

/** `bursts` times `size` rows due in one millisecond, `everyMs` apart, the first at `fromMs`. */
export function burstRows(
  { bursts, size, everyMs, fromMs = 0 }: Bursts,
  { inputTokens, outputTokens }: Pick<BenchRow, 'inputTokens' | 'outputTokens'>,
): readonly BenchRow[] {
  return Array.from({ length: bursts * size }, (_, index) => ({
    dueMs: fromMs + Math.floor(index / size) * everyMs,
    inputTokens,
    outputTokens,
  }));
}

export interface Bursts {
  readonly bursts: number;
  readonly size: number;
  readonly everyMs: number;
  readonly fromMs?: number;
}

/**
 * When the last answer ends at a server that is as fast as it says,
 * milliseconds after the first row.
 */
export function answeredByMs(
  rows: readonly BenchRow[],
  { ttftMs, itlMs }: { readonly ttftMs: number; readonly itlMs: number },
): number {
  return rows.reduce(
    (latest, { dueMs, outputTokens }) =>
      Math.max(latest, dueMs + ttftMs + (outputTokens - 1) * itlMs),
    0,
  );
}

/**
 * Rows of a Mooncake trace, at so many times its speed; like a trace, in whole milliseconds.
 *
 * @param text lines of a trace of ours: nothing is checked
 */
export function traceRows(text: string, speed: number): readonly BenchRow[] {
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => {
    const row = JSON.parse(line) as TraceLine;
    return {
      dueMs: Math.round(row.timestamp / speed),
      inputTokens: row.input_length,
      outputTokens: row.output_length,
      hashIds: row.hash_ids,
    };
  });
}

/** A line of a Mooncake trace. */
interface TraceLine {
  readonly timestamp: number;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids: readonly number[];
}

/** Several sets of rows as one, in due order. */
export function mergeRows(...sets: readonly (readonly BenchRow[])[]): readonly BenchRow[] {
  return sets.flat().sort((a, b) => a.dueMs - b.dueMs);
}

const BLOCK_TOKENS = 512;

/** Rows → a Mooncake trace. Only blocks that rows name are shared. */
export function encodeBenchTrace(rows: readonly BenchRow[]): string {
  let nextBlock = 0;
  return rows
    .map(({ dueMs, inputTokens, outputTokens, hashIds }) => {
      const blocks = Math.ceil(inputTokens / BLOCK_TOKENS);
      const row: TraceLine = {
        timestamp: dueMs,
        input_length: inputTokens,
        output_length: outputTokens,
        hash_ids: hashIds ?? Array.from({ length: blocks }, () => nextBlock++),
      };
      return `${JSON.stringify(row)}\n`;
    })
    .join('');
}
