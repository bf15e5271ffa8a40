import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';

import { ArtifactError, UsageError } from '../io/errors.ts';
import { type Io, print } from '../io/io.ts';
import { cannotWrite } from './write-part.ts';

/** How many characters are gathered before they are written. */
const BATCH_LENGTH = 1 << 20;
const MODE = 0o644;

/**
 * Writes a trace line by line, beside its place first, so that a reader finds all of it or nothing.
 * The same trace may be written again; one of another content is kept unless `force` is given.
 *
 * @param path where to write; `-` for stdout
 * @param lines each without its end
 * @throws {UsageError} if a file of another content is there
 * @throws {ArtifactError} if it cannot be written
 */
export async function writeTrace(
  path: string,
  lines: Iterable<string> | AsyncIterable<string>,
  io: Io,
  force = false,
): Promise<void> {
  if (path === '-') {
    await writeBatches(lines, (text) => print(io, text));
    return;
  }
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new ArtifactError(
      `Cannot write trace "${path}": it is a directory, expected a file name`,
    );
  }
  // A device or a pipe has no content that a rename could replace.
  const isReplaced = found?.isFile() ?? true;
  const target = isReplaced ? `${path}.${randomUUID().slice(0, 8)}.part` : path;
  const file = await writing(path, open(target, isReplaced ? 'wx' : 'w', MODE));
  try {
    const sha256 = await writeInto(path, file, lines);
    if (!isReplaced) return;
    if (found && !force && (await sha256Of(path)) !== sha256) throw otherContent(path);
    await writing(path, rename(target, path));
  } catch (error) {
    if (isReplaced) await rm(target, { force: true });
    throw error;
  }
}

async function writeInto(
  path: string,
  file: FileHandle,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    await writeBatches(lines, async (text) => {
      hash.update(text);
      await writing(path, file.write(text));
    });
    return hash.digest('hex');
  } finally {
    await writing(path, file.close());
  }
}

async function writeBatches(
  lines: Iterable<string> | AsyncIterable<string>,
  write: (text: string) => Promise<unknown>,
): Promise<void> {
  let batch: string[] = [];
  let length = 0;
  const flush = async () => {
    if (batch.length > 0) await write(`${batch.join('\n')}\n`);
    batch = [];
    length = 0;
  };
  for await (const line of lines) {
    batch.push(line);
    length += line.length;
    if (length >= BATCH_LENGTH) await flush();
  }
  await flush();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function otherContent(path: string): UsageError {
  return new UsageError(
    `Cannot write trace "${path}": a file of another content is there, expected none\n` +
      '  Pass --force to replace it, or another --output-file.',
  );
}

async function writing<T>(path: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}
