import { TraceError } from '../../errors/errors.ts';

/** What is wrong with a trace: the middle of a sentence, and the reader's next step. */
export interface Problem {
  /** The field of the row; absent when the line or the file as a whole is meant. */
  readonly field?: string;
  /** For example `is -3, expected an integer from 1`; begins with "it" when no field is named. */
  readonly what: string;
  /** A whole sentence. */
  readonly next: string;
  /** The ids of the row are not as many as its blocks. */
  readonly isBlockCount?: boolean;
  /** The block size that fits all rows. */
  readonly blockSize?: number;
}

/** The grammar of a trace's errors: file, line from 1, field, found, expected; the next step. */
export function traceError(
  file: string,
  { field, what, next }: Problem,
  { line, ...options }: ErrorOptions & { readonly line?: number } = {},
): TraceError {
  const where = line === undefined ? '' : ` line ${line}`;
  const subject = field === undefined ? '' : `"${field}" `;
  return new TraceError(
    `Cannot read trace "${file}"${where}: ${subject}${what}\n  ${next}`,
    { file, ...(line !== undefined && { line }), ...(field !== undefined && { field }) },
    options,
  );
}

/** The problem that an error code of the operating system means. */
export function fileProblem(code: string): Problem {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        what: 'there is no such file, expected a trace',
        next: 'Check the path; a relative one starts at the working directory.',
      };
    case 'EISDIR':
      return {
        what: 'it is a directory, expected a file',
        next: 'Name the trace inside it.',
      };
    case 'EACCES':
    case 'EPERM':
      return {
        what: 'it may not be read by this user, expected read permission',
        next: 'Change its permissions, or replay a copy.',
      };
    default:
      return {
        what: `it cannot be read (${code}), expected a readable file`,
        next: 'Try a copy on a local disk.',
      };
  }
}
