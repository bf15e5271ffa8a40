import type { RequestRecord } from '../record/record.ts';
import type { ExportedFile, ExportInput } from './exporter.ts';

/** What there is to export of one run whose records are at hand, one by one. */
export interface RecordExportInput extends ExportInput {
  /** Wall clock at the run's zero, milliseconds since the Unix epoch. */
  readonly zeroUnixMs: number;
}

/** A format with a line for each record. It keeps at most 8 bytes a record and metric. */
export interface RecordExporter {
  readonly format: string;
  readonly begin: (input: RecordExportInput) => RecordExport;
}

/** One export under way. */
export interface RecordExport {
  /** Path of the file that `add` makes the text of, as in `ExportedFile`. */
  readonly recordsPath: string;
  /** The text that one record adds to that file; empty for a record that has no line in it. */
  readonly add: (record: RequestRecord) => string;
  /** After the last record: all other files. */
  readonly finish: () => readonly ExportedFile[];
}
