import {
  closeSync,
  createWriteStream,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { ArtifactError } from '../io/errors.ts';

const MODE = 0o640;

/** Writes a file so that a reader finds the old one or the new one, never a part. */
export function writeWhole(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, text, { mode: MODE, flush: true });
    renameSync(`${path}.part`, path);
  } catch (error) {
    rmSync(`${path}.part`, { force: true });
    throw cannotWrite(path, error);
  }
}

/**
 * Writes over the bytes of a file, if it has as many: that takes no room on a full disk. A reader
 * may find a part. Never throws.
 */
export function overwrite(path: string, text: string): void {
  try {
    const bytes = Buffer.from(text);
    const { size } = statSync(path);
    if (bytes.length > size) return;
    const file = openSync(path, 'r+');
    try {
      writeSync(file, Buffer.concat([bytes, Buffer.alloc(size - bytes.length, ' ')]));
    } finally {
      closeSync(file);
    }
  } catch {
    // The file stays as it is.
  }
}

/**
 * The same for a file that comes in pieces.
 *
 * @throws {ArtifactError} if it cannot be written; an error of the pieces as it is
 */
export async function writePieces(
  path: string,
  pieces: () => AsyncIterable<Buffer | string>,
): Promise<void> {
  const part = `${path}.part`;
  const file = createWriteStream(part, { mode: MODE, flush: true });
  let fileError: unknown;
  file.on('error', (error) => {
    fileError ??= error;
  });
  try {
    await pipeline(pieces, file);
    renameSync(part, path);
  } catch (error) {
    // Now, as later the file ends with the error of its pieces.
    const failure = fileError === error ? cannotWrite(path, error) : error;
    // A part that cannot be taken away is not ours.
    await rm(part, { force: true }).catch(() => undefined);
    throw failure;
  }
}

/** JSON as our files and `--json` have it. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export function cannotWrite(path: string, cause: unknown): ArtifactError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new ArtifactError(`Cannot write "${path}": ${WHY[code ?? ''] ?? message}`, { cause });
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied, expected a directory that can be written to',
  EROFS: 'the file system is read-only, expected one that can be written to',
  ENOSPC: 'the disk is full, expected room for the artifacts',
  EDQUOT: 'the quota is used up, expected room for the artifacts',
  EEXIST: 'it is a file, expected a directory',
  ENOTDIR: 'a part of the path is a file, expected directories',
};
