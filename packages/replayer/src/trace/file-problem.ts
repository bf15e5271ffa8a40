import type { Problem } from './problem.ts';

/** What an error code of the operating system means for a trace. */
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
