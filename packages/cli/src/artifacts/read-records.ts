import { createReadStream } from 'node:fs';

import { parseRecord, type RequestRecord } from '@trace-replay/metrics';
import { checkRecord } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';

/**
 * The records of a run, one by one, in the order of `records.jsonl`.
 *
 * @param onCut called when the last line is cut short, as a killed run leaves it; it is left out
 * @throws {UsageError} naming file and line of a record that cannot be read
 */
export async function* readRecords(
  path: string,
  onCut: () => void = () => undefined,
): AsyncGenerator<RequestRecord, void, undefined> {
  let lineNumber = 0;
  for await (const { text, isCut } of readLines(createReadStream(path, 'utf8'))) {
    lineNumber++;
    if (isCut) return onCut();
    yield readRecord(text, () => `"${path}" line ${lineNumber}`);
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

/** The lines of a UTF-8 stream, in bounded memory. Blank lines are left out. */
async function* readLines(pieces: AsyncIterable<string>): AsyncGenerator<Line, void, undefined> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) if (text.trim() !== '') yield { text, isCut: false };
  }
  if (rest.trim() !== '') yield { text: rest, isCut: true };
}
