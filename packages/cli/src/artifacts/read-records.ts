import { createReadStream } from 'node:fs';

import { parseRecord, type RequestRecord } from '@trace-replay/metrics';
import { checkRecord } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';
import { readLines } from './read-lines.ts';

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
  for await (const { text, isCut } of readLines(createReadStream(path))) {
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
