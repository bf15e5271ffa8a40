import type { MetricTag } from '../record/catalog.ts';
import type { Histogram } from '../count/histogram.ts';
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
