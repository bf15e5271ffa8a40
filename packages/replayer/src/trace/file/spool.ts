import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { traceError } from './problem.ts';

/**
 * Copies input to a temporary file for this user only. Its name is removed before the first byte is
 * written: even a killed process leaves nothing behind. Closing the handle frees the space.
 *
 * @throws {TraceError} if the input breaks off or there is no room for it
 */
export async function spool(name: string, input: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await createNameless();
    await writeFile(file, input);
    return file;
  } catch (error) {
    await file?.close();
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw traceError(
      name,
      {
        what: `it cannot be copied to "${tmpdir()}" (${code}), expected room for the whole trace`,
        next: 'Set TMPDIR to a directory with room, or name a file.',
      },
      { cause: error },
    );
  }
}

async function createNameless(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'trace-replay-'));
  try {
    return await open(join(directory, 'trace'), 'wx+', 0o600);
  } finally {
    await rm(directory, { recursive: true });
  }
}
