import type { MetricTag } from '../record/catalog.ts';
import type { Histogram } from '../count/histogram.ts';
import type { RequestRecord } from '../record/record.ts';
import type { Summary } from '../schemas/summary.ts';

/** What there is to export of one run. */
export interface ExportInput {
  readonly summary: Summary;
  readonly histograms: Readonly<Record<MetricTag, Histogram>>;
}

/** A file for somebody else to place. */
export interface ExportedFile {
  /** Relative to the directory of the trace's results; `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** One format: makes the text of its files and writes none. */
export interface Exporter {
  readonly format: string;
  readonly render: (input: ExportInput) => readonly ExportedFile[];
}

export interface RecordExportInput extends ExportInput {
  /** Wall clock at the run's zero, milliseconds since the Unix epoch. */
  readonly zeroUnixMs: number;
}

/** A format with a line for each record. It keeps at most 8 bytes a record and metric. */
export interface RecordExporter {
  readonly format: string;
  readonly begin: (input: RecordExportInput) => RecordExport;
}

export interface RecordExport {
  /** Path of the file that `add` makes the text of, as in `ExportedFile`. */
  readonly recordsPath: string;
  /** The text that one record adds to that file; empty for a record that has no line in it. */
  readonly add: (record: RequestRecord) => string;
  /** After the last record: all other files. */
  readonly finish: () => readonly ExportedFile[];
}
