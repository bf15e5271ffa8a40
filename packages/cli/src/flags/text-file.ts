import { readFileSync } from 'node:fs';

import { UsageError } from '../io/errors.ts';

/** @throws {UsageError} naming the flag and the file, if it cannot be read */
export function readTextFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot read ${flag} "${path}": ${code ?? 'it is no file'}`, {
      cause: error,
    });
  }
}
