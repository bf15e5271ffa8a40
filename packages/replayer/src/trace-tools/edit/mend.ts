import type { TraceError } from '../../errors/errors.ts';
import { checkRow, everyProblem } from '../../trace/check-row.ts';
import { encodeValue } from '../../trace/encode.ts';
import { parseExactJson } from '../../trace/exact-json.ts';
import { Lines } from '../../trace/lines.ts';
import { contentFieldOf } from '../../trace/other-fields.ts';
import { traceError } from '../../trace/file/problem.ts';
import type { TraceRow } from '../../trace/row.ts';
import type { TraceSource } from '../../trace/source.ts';
import { type TimeUnit, TimeUnitCheck } from '../../trace/time-unit.ts';
import type { ValidateOptions } from './validate.ts';

/** A trace with all that could be mended, and what was done to it. */
export interface MendedTrace {
  /** Valid rows, in the order of their timestamps. */
  readonly rows: readonly TraceRow[];
  /** Rows that stood after a row with a later timestamp. */
  readonly moved: number;
  /** Distinct block ids that got new numbers, from 0: all of the trace, if any could not stay. */
  readonly renumbered: number;
  /** Blank lines left out. */
  readonly blankLines: number;
  /** The problems of rows left out, since only their author can know what was meant. */
  readonly leftOut: readonly TraceError[];
}

/** A row, and its ids as they stood in the file, of whatever kind. */
interface MendableRow {
  readonly row: TraceRow;
  readonly rawIds?: readonly unknown[];
}

/**
 * Mends problems with one answer: rows out of order are sorted (stably), ids that are no block ids
 * (negative, too large, strings) are numbered anew throughout, blank lines go. Any other problem
 * leaves the row out. The rows are held in memory.
 *
 * @throws {TraceError} if the file cannot be read, or its time unit is in doubt
 */
export async function mendTrace(
  source: TraceSource,
  { blockSize = 512, timeUnit }: ValidateOptions = {},
): Promise<MendedTrace> {
  const lines = new Lines(source.name);
  const mendable: MendableRow[] = [];
  const leftOut: TraceError[] = [];
  const unitCheck = timeUnit === undefined ? new TimeUnitCheck() : undefined;
  let blankLines = 0;
  let moved = 0;
  let latestMs = -Infinity;
  for await (const texts of lines.of(source.read())) {
    for (const text of texts) {
      if (text.trim() === '') {
        blankLines += 1;
        continue;
      }
      const found = mendableRow(text, mendable.length, blockSize, timeUnit);
      if (found !== undefined) {
        mendable.push(found);
        unitCheck?.add(found.row.timestampMs, found.row.otherFields);
        if (found.row.timestampMs < latestMs) moved += 1;
        latestMs = Math.max(latestMs, found.row.timestampMs);
        continue;
      }
      for (const problem of everyProblem(text, blockSize, timeUnit).problems) {
        leftOut.push(traceError(source.name, problem, { line: lines.number }));
      }
    }
  }

  const unitProblem = unitCheck?.problem();
  if (unitProblem) throw traceError(source.name, unitProblem);
  if (moved > 0) mendable.sort((a, b) => a.row.timestampMs - b.row.timestampMs);
  const { rows, renumbered } = withGoodIds(mendable);
  return {
    rows: rows.map((row, index) => ({ ...row, index })),
    moved,
    renumbered,
    blankLines,
    leftOut,
  };
}

/** The row, if nothing but its ids is wrong, and these are distinct names. */
function mendableRow(
  text: string,
  index: number,
  blockSize: number,
  timeUnit: TimeUnit | undefined,
): MendableRow | undefined {
  const checked = checkRow(text, index, blockSize, timeUnit);
  if (!checked.problem)
    return contentFieldOf(checked.row.otherFields ?? {}) === undefined
      ? { row: checked.row }
      : undefined;
  if (checked.problem.field !== 'hash_ids') return undefined;
  const value = parseExactJson(text) as Record<string, unknown>;
  const rawIds = value['hash_ids'];
  if (!Array.isArray(rawIds) || !rawIds.every(isName)) return undefined;
  const withPlainIds = { ...value, hash_ids: rawIds.map(() => 0) };
  const again = checkRow(encodeValue(withPlainIds), index, blockSize, timeUnit);
  return again.problem ? undefined : { row: again.row, rawIds: rawIds as unknown[] };
}

function isName(id: unknown): boolean {
  return typeof id === 'string' || typeof id === 'bigint' || Number.isInteger(id);
}

/** With one bad id all are renumbered: a new number could be another block's old one. */
function withGoodIds(mendable: readonly MendableRow[]): { rows: TraceRow[]; renumbered: number } {
  if (mendable.every(({ rawIds }) => rawIds === undefined)) {
    return { rows: mendable.map(({ row }) => row), renumbered: 0 };
  }
  const numbers = new Map<unknown, number>();
  const numberOf = (id: unknown) => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  const rows = mendable.map(({ row, rawIds = row.hashIds }) =>
    rawIds === undefined ? row : { ...row, hashIds: rawIds.map(numberOf) },
  );
  return { rows, renumbered: numbers.size };
}
