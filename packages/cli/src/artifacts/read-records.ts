import { createReadStream } from 'node:fs';

import { parseRecord, type RequestRecord, type RunState } from '@trace-replay/metrics';
import { checkRecord } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';

export interface ReadRecordsOptions {
  readonly onCut?: (() => void) | undefined;
  /** Of the run, which says what its rows are; any row may be one of them if absent. */
  readonly state?: RunState | undefined;
}

/**
 * The records of a run, one by one, in the order of `records.jsonl`.
 *
 * @param onCut called when the last line is cut short, as a killed run leaves it; it is left out
 * @throws {UsageError} naming file and line of a record that cannot be read, or whose row has one
 *   already or is none of the run's
 */
export async function* readRecords(
  path: string,
  { onCut = () => undefined, state }: ReadRecordsOptions = {},
): AsyncGenerator<RequestRecord, void, undefined> {
  let lineNumber = 0;
  const seen = new SeenRows(state);
  for await (const { text, isCut } of readLines(path)) {
    lineNumber++;
    if (isCut) return onCut();
    const where = () => `"${path}" line ${lineNumber}`;
    const record = readRecord(text, where);
    seen.add(record.row, where);
    yield record;
  }
}

function readRecord(text: string, where: () => string): RequestRecord {
  try {
    const record = parseRecord(text);
    checkRecord(record);
    return record;
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`Cannot read ${where()}: ${message}`, { cause: error });
  }
}

/** One line of a file. */
interface Line {
  readonly text: string;
  /** True for a last line without its newline: a file cut off while it was written. */
  readonly isCut: boolean;
}

/** The record of an answer with ten million chunks has fewer. */
const MOST_LINE_CHARACTERS = 256 * 1024 * 1024;

async function* piecesOf(path: string): AsyncGenerator<string, void, undefined> {
  try {
    yield* createReadStream(path, 'utf8') as AsyncIterable<string>;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'it is not there' : `it cannot be read (${code})`;
    throw new UsageError(`Cannot read "${path}": ${what}, expected the records of the run`, {
      cause: error,
    });
  }
}

/** The lines of a UTF-8 stream, in bounded memory. Blank lines are left out. */
async function* readLines(path: string): AsyncGenerator<Line, void, undefined> {
  let rest = '';
  for await (const piece of piecesOf(path)) {
    if (rest.length > MOST_LINE_CHARACTERS) {
      throw new UsageError(
        `Cannot read "${path}": a line is longer than ${MOST_LINE_CHARACTERS} characters, ` +
          'expected one record a line',
      );
    }
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) if (text.trim() !== '') yield { text, isCut: false };
  }
  if (rest.trim() !== '') yield { text: rest, isCut: true };
}

/** No trace has more rows; a bit for each of them takes 512 MB. */
const MOST_ROWS = 2 ** 32;

/** The rows that have a record: a bit each, so that a billion rows take 128 MB. */
class SeenRows {
  #bits = new Uint8Array(1024);
  readonly #first: number;
  readonly #end: number;

  constructor(state?: RunState) {
    const { first_row: first = 0, selected_rows: count = MOST_ROWS } =
      state?.conditions.trace ?? {};
    this.#first = first;
    this.#end = first + Math.min(count, MOST_ROWS);
  }

  add(row: number, where: () => string): void {
    if (row < this.#first || row >= this.#end) {
      throw new UsageError(
        `Cannot read ${where()}: row ${row} is none of the run, ` +
          `expected ${this.#first} to ${this.#end - 1}\n  The file belongs to another run.`,
      );
    }
    const place = row - this.#first;
    const at = Math.floor(place / 8);
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(at + 1, 2 * this.#bits.length));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    const bit = 1 << (place % 8);
    if (((this.#bits[at] ?? 0) & bit) !== 0) {
      throw new UsageError(
        `Cannot read ${where()}: row ${row} has a record on an earlier line, ` +
          'expected one record for each row\n  Take the second one out, or use the original file.',
      );
    }
    this.#bits[at] = (this.#bits[at] ?? 0) | bit;
  }
}
