import { aiperfExporter } from './files/aiperf/aiperf-exporter.ts';
import { csvExporter } from './files/csv.ts';
import type { ExportedFile, Exporter, ExportInput, RecordExporter } from './files/exporter.ts';
import { hlogExporter } from './files/hlog.ts';
import { jsonExporter } from './files/json.ts';

export const EXPORTERS: readonly Exporter[] = [jsonExporter, csvExporter, hlogExporter];

/** All files of a run's results, for the caller to place. */
export function renderFiles(input: ExportInput): readonly ExportedFile[] {
  return EXPORTERS.flatMap(({ render }) => render(input));
}

/** Formats that need the records, made only when asked for. */
export const RECORD_EXPORTERS: readonly RecordExporter[] = [aiperfExporter];
