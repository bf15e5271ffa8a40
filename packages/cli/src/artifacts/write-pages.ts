import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import type { Objective, Summary } from '@trace-replay/metrics';

import { readRecords } from './read-records.ts';
import { writeWhole } from './write-part.ts';

/** The pictures of one run that are to be written. */
export interface PicturesOrder {
  /** Directory that holds records.jsonl. */
  readonly directory: string;
  /** Of the same records, judged by the same objectives. */
  readonly summary: Summary;
  readonly objectives: readonly Objective[];
  /** Whether report.html is written into the directory. */
  readonly html: boolean;
  /** Directory for an SVG file of each picture. */
  readonly plots?: string | undefined;
  /** When aborted, nothing more is written. */
  readonly signal?: AbortSignal;
}

/**
 * Writes report.html of a run, and its pictures as files, from its records, which are read once and
 * never held.
 *
 * @returns whether all was written; false when the signal was aborted before
 * @throws {ArtifactError} for the first file that cannot be written
 */
export async function writePictures({
  directory,
  summary,
  objectives,
  html,
  plots,
  signal,
}: PicturesOrder): Promise<boolean> {
  if (!html && plots === undefined) return true;
  // Loaded after the run: nothing of it takes time before the first row or while rows are sent.
  const { renderRunPage, renderRunPlots, RunData } = await import('@trace-replay/report');
  const data = new RunData(summary, objectives);
  for await (const record of readRecords(join(directory, 'records.jsonl'))) {
    if (signal?.aborted) return false;
    data.add(record);
  }
  const page = html ? renderRunPage(data) : '';
  // A signal that came while the page was made is heard here.
  await setImmediate();
  if (signal?.aborted) return false;
  if (html) writeWhole(join(directory, 'report.html'), page);
  if (plots === undefined) return true;
  for (const { path, text } of renderRunPlots(data)) writeWhole(join(plots, path), text);
  return true;
}
