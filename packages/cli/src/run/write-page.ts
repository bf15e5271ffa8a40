import { writePictures } from '../artifacts/write-pages.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Objective, Summary } from '@trace-replay/metrics';

/** A run whose other files are written. */
export interface PageOrder {
  /** Where its results lie. */
  readonly directory: string;
  readonly summary: Summary;
  readonly objectives: readonly Objective[];
}

/**
 * Writes report.html of a whole run. A signal ends the writing.
 *
 * @returns false when one came before it was written
 */
export async function writePage(order: PageOrder): Promise<boolean> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  const interrupt = listenForInterrupt(leave, leave);
  try {
    return await writePictures({ ...order, html: true, signal: leaving.signal });
  } finally {
    interrupt.release();
  }
}

export function noPage(directory: string): string {
  return (
    'report.html was not written, because a signal came.' +
    `\n  replay report "${directory}" writes it.`
  );
}
