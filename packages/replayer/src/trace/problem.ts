import { TraceError, type TracePlace } from '../errors/errors.ts';

/** What is wrong with a trace: the middle of a sentence, and what the reader can do. */
export interface Problem {
  /** For example `is -3, expected an integer from 1`; begins with "it" when no field is named. */
  readonly what: string;
  /** The next step, a whole sentence. */
  readonly next: string;
}

/** The one grammar of a trace's errors: file, line, field, found, expected; then the next step. */
export function traceError(
  { file, line, field }: TracePlace,
  { what, next }: Problem,
  options?: ErrorOptions,
): TraceError {
  const where = line === undefined ? '' : ` line ${line}`;
  const subject = field === undefined ? '' : `"${field}" `;
  return new TraceError(
    `Cannot read trace "${file}"${where}: ${subject}${what}\n  ${next}`,
    { file, ...(line !== undefined && { line }), ...(field !== undefined && { field }) },
    options,
  );
}
