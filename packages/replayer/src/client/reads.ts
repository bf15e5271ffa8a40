import { type OnReadOpts, Socket } from 'node:net';

/** One for all sockets of a thread: a read is handed on before the next one begins. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);
/** Its beginnings, by length: reads of a token or a few have few lengths, and each view costs. */
const BEGINNINGS: (Buffer | undefined)[] = [];
const MOST_BEGINNINGS = 4096;

/**
 * Who gets what a socket brings. An object and no function: one thing less to fetch for each read.
 */
export interface ReadHandler {
  /** @param bytes are overwritten by the next read */
  onRead(bytes: Buffer): void;
}

/**
 * Socket option that has every read written into one buffer of the thread and announced by a plain
 * call, in place of a buffer of its own, a stream's queue and an event in a later tick: the stamp
 * is the first thing that happens, and nothing is allocated that outlives the call.
 */
export function readWithoutBuffering(handler: ReadHandler): OnReadOpts {
  return {
    buffer: READ_BUFFER,
    callback(count) {
      handler.onRead(beginningOf(count));
      return true;
    },
  };
}

function beginningOf(length: number): Buffer {
  if (length >= MOST_BEGINNINGS) return READ_BUFFER.subarray(0, length);
  return (BEGINNINGS[length] ??= READ_BUFFER.subarray(0, length));
}

interface ReadUnderWay {
  socket: Socket | undefined;
  /** What nobody has taken yet. */
  bytes: Buffer | null;
  /** When it came, in nanoseconds since the run's zero. */
  atNs: number;
}

/**
 * The read that is being handed on, one for all sockets of a thread: of hundreds of streams nothing
 * is in the cache when its token comes, and what each had for itself would have to be fetched.
 */
export const readUnderWay: ReadUnderWay = { socket: undefined, bytes: null, atNs: 0 };
/** What nobody took when it came, because nobody read the socket yet. */
const left = new Map<Socket, Buffer>();

/**
 * From now on `socket.read()`, which undici calls, gives what `handOn` was given; the end of the
 * stream stays the stream's.
 */
export function takeOver(socket: Socket): void {
  // One function for all sockets, too.
  socket.read = read;
  socket.once('close', () => left.delete(socket));
}

/**
 * Gives `bytes` to whoever reads the socket as a stream.
 *
 * @param atNs when they came, in nanoseconds since the run's zero
 */
export function handOn(socket: Socket, bytes: Buffer, atNs: number): void {
  const read = readUnderWay;
  read.socket = socket;
  read.bytes = left.size === 0 ? bytes : withLeft(socket, bytes);
  read.atNs = atNs;
  socket.emit('readable');
  if (read.bytes === null) return;
  left.set(socket, read.bytes);
  read.bytes = null;
}

/** Bytes came that nobody has taken. */
export function hasLeft(socket: Socket): boolean {
  return left.has(socket);
}

function withLeft(socket: Socket, bytes: Buffer): Buffer {
  const before = left.get(socket);
  left.delete(socket);
  return before ? Buffer.concat([before, bytes]) : bytes;
}

function read(this: Socket, size?: number): Buffer | null {
  // With a size it is the stream's own call, which also brings the end about.
  if (size !== undefined) return Socket.prototype.read.call(this, size) as Buffer | null;
  const { socket, bytes } = readUnderWay;
  if (this !== socket || bytes === null) return left.size === 0 ? null : takeLeft(this);
  readUnderWay.bytes = null;
  return bytes;
}

function takeLeft(socket: Socket): Buffer | null {
  const bytes = left.get(socket);
  if (bytes) left.delete(socket);
  return bytes ?? null;
}
