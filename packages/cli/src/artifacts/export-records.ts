import { join } from 'node:path';

import { RECORD_EXPORTERS, type RecordExportInput } from '@trace-replay/metrics/internal';

import { readRecords } from './read-records.ts';
import { writePieces, writeWhole } from './write-part.ts';

/** Formats that `--export` knows. */
export const EXPORT_FORMATS = RECORD_EXPORTERS.map(({ format }) => format);

/**
 * Writes the files of other tools' formats into a directory of results, from its `records.jsonl`,
 * which is read once a format and never held. Files of an earlier export are replaced.
 *
 * @param formats names of `EXPORT_FORMATS`; each is written once
 * @throws {ArtifactError} for the first file that cannot be written
 * @throws {UsageError} naming file and line of a record that cannot be read
 */
export async function exportRecords(
  formats: readonly string[],
  directory: string,
  input: RecordExportInput,
): Promise<void> {
  for (const { format, begin } of RECORD_EXPORTERS) {
    if (!formats.includes(format)) continue;
    // One file has a line for each record; the others have their text at the end.
    const { recordsPath, add, finish } = begin(input);
    await writePieces(join(directory, recordsPath), async function* () {
      for await (const record of readRecords(join(directory, 'records.jsonl'))) yield add(record);
    });
    for (const { path, text } of finish()) writeWhole(join(directory, path), text);
  }
}
