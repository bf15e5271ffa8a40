import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

import { isGzip, unpack } from './file/gzip.ts';
import { fileProblem, traceError } from './file/problem.ts';
import { spool } from './file/spool.ts';

export interface TraceReadOptions {
  /** Bytes read at a time: many for speed, few where the same loop also sends. */
  readonly pieceBytes?: number;
  /** Sees every byte of the file as it lies on disk, if the reader goes on to the end. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** A trace that can be read several times, one piece after the other, in bounded memory. */
export interface TraceSource {
  /** The trace as the user named it; `-` for standard input. */
  readonly name: string;
  /** Device, inode, size and time of the last change: another value means another content. */
  identify(): Promise<string>;
  /**
   * Reads from the first byte: the text of the trace, unpacked when the file is gzip. A piece is
   * valid until the next one is asked for.
   *
   * @throws {TraceError} if the file cannot be read or is not what its name says
   */
  read(options?: TraceReadOptions): AsyncGenerator<Uint8Array, void, undefined>;
  /** Gives back what the source holds; for standard input, its copy on disk. */
  close(): Promise<void>;
}

/**
 * Opens a trace: `.jsonl`, the same packed by gzip (known by its content, not its name), or `-` for
 * standard input. Standard input and pipes are copied to a temporary file without a name.
 *
 * @param input standard input
 * @throws {TraceError} if there is no such file or it cannot be read
 */
export async function openTrace(
  path: string,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<TraceSource> {
  if (path === '-') return spooledSource(path, input);
  const found = await named(path, stat(path));
  if (found.isDirectory()) throw traceError(path, fileProblem('EISDIR'));
  const handle = await named(path, open(path));
  if (!found.isFile()) {
    return spooledSource(path, handle.createReadStream() as AsyncIterable<Uint8Array>);
  }
  await handle.close();
  return {
    name: path,
    identify: async () => identityOf(await named(path, stat(path, { bigint: true }))),
    async *read(options) {
      const file = await named(path, open(path));
      try {
        yield* textOf(path, file, options);
      } finally {
        await file.close();
      }
    },
    close: () => Promise.resolve(),
  };
}

async function spooledSource(name: string, input: AsyncIterable<Uint8Array>): Promise<TraceSource> {
  const file = await spool(name, input);
  return {
    name,
    identify: async () => identityOf(await file.stat({ bigint: true })),
    read: (options) => textOf(name, file, options),
    close: () => file.close(),
  };
}

function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(' ');
}

const PIECE_BYTES = 256 * 1024;

async function* textOf(
  name: string,
  file: FileHandle,
  { pieceBytes = PIECE_BYTES, onBytes }: TraceReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const head = new Uint8Array(2);
  const { bytesRead } = await named(name, file.read(head, 0, head.length, 0));
  if (bytesRead === 0) return;
  const bytes = bytesOf(name, file, pieceBytes, onBytes);
  if (isGzip(head)) {
    yield* unpack(name, bytes, pieceBytes);
  } else if (name.endsWith('.gz')) {
    throw traceError(name, {
      what: 'it is not gzip data, expected that by its name',
      next: 'Leave ".gz" out of the name of a plain trace, or pack it with gzip.',
    });
  } else {
    yield* bytes;
  }
}

/** The file from byte 0, always in the same buffer, at its own position, so passes may overlap. */
async function* bytesOf(
  name: string,
  file: FileHandle,
  pieceBytes: number,
  onBytes: ((bytes: Uint8Array) => void) | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(pieceBytes);
  let position = 0;
  for (;;) {
    const { bytesRead } = await named(name, file.read(buffer, 0, pieceBytes, position));
    if (bytesRead === 0) return;
    position += bytesRead;
    const piece = buffer.subarray(0, bytesRead);
    onBytes?.(piece);
    yield piece;
  }
}

/** Turns an error of the operating system into a sentence about the trace. */
async function named<T>(file: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw traceError(file, fileProblem(code), { cause: error });
  }
}
