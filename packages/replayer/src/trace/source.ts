import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

import { encodeValue } from './encode.ts';
import { isGzip, unpack } from './file/gzip.ts';
import { fileProblem, traceError } from './file/problem.ts';
import { spool } from './file/spool.ts';
import type { TraceRow } from './row.ts';

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
 * @param signal no more is copied once it is aborted, and the copy is empty: a part of a trace may
 *   end anywhere
 * @throws {TraceError} if there is no such file or it cannot be read
 */
export async function openTrace(
  path: string,
  input: AsyncIterable<Uint8Array> = process.stdin,
  signal?: AbortSignal,
): Promise<TraceSource> {
  if (path === '-') return spooledSource(path, input, signal);
  const found = await named(path, stat(path));
  if (found.isDirectory()) throw traceError(path, fileProblem('EISDIR'));
  const handle = await named(path, open(path));
  if (!found.isFile()) {
    return spooledSource(path, handle.createReadStream() as AsyncIterable<Uint8Array>, signal);
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

/** A row of a program, as in `TraceRow`; its index follows from its place. */
export type GivenRow = Omit<TraceRow, 'index'>;

/** Rows of a program, in the order of their timestamps. */
export type GivenRows = Iterable<GivenRow> | AsyncIterable<GivenRow>;

/**
 * Opens a trace made of a program's own rows. They are written to a temporary file without a name,
 * a line each, since a trace is read twice; so errors of a row name a line and the trace's fields.
 *
 * @param signal no row is taken any more once it is aborted: the trace ends there
 * @throws what the rows throw
 */
export async function openRows(rows: GivenRows, signal?: AbortSignal): Promise<TraceSource> {
  let failure: { readonly error: unknown } | undefined;
  async function* lines(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const row of untilAborted(rows, signal)) yield Buffer.from(`${lineOf(row)}\n`);
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  try {
    return await spooledSource('(rows)', lines());
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

function lineOf({
  timestampMs,
  inputLength,
  outputLength,
  hashIds,
  otherFields,
}: GivenRow): string {
  const fields = {
    timestamp: timestampMs,
    input_length: inputLength,
    output_length: outputLength,
    hash_ids: hashIds,
    ...otherFields,
  };
  // What a program without types left out is missing, rather than a text that is no JSON.
  return encodeValue(
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  );
}

/** Does not wait for the next value once the signal is aborted: it may never come. */
async function* untilAborted<T>(
  values: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator =
    Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
  // One listener for all values: a race with a promise of the abort would keep every value.
  let end: (() => void) | undefined;
  const isAborted = () => signal?.aborted === true;
  const onAbort = () => end?.();
  signal?.addEventListener('abort', onAbort);
  let isOver = false;
  try {
    while (!isAborted()) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        end = () => resolve({ done: true, value: undefined });
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
      isOver = next.done === true && !isAborted();
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // Not waited for: a generator that waits for its own next value ends only after it.
    if (!isOver) Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

async function spooledSource(
  name: string,
  input: AsyncIterable<Uint8Array> & { destroy?(): unknown },
  signal?: AbortSignal,
): Promise<TraceSource> {
  const file = await spool(name, signal ? untilAborted(input, signal) : input);
  if (signal?.aborted) {
    // A stream that is waited for would keep the process.
    input.destroy?.();
    await file.truncate();
  }
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
