import type { OnReadOpts, Socket } from 'node:net';

/** One for all sockets of a thread: a read is handed on before the next one begins. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);
/** Its beginnings, by length: reads of a token or a few have few lengths, and each view costs. */
const BEGINNINGS: (Buffer | undefined)[] = [];
const MOST_BEGINNINGS = 4096;

/**
 * Socket option that has every read written into one buffer of the thread and announced by a plain
 * call, in place of a buffer of its own, a stream's queue and an event in a later tick: the stamp is
 * the first thing that happens, and nothing is allocated that outlives the call.
 *
 * @param onRead gets bytes that the next read overwrites
 */
export function readWithoutBuffering(onRead: (bytes: Buffer) => void): OnReadOpts {
  return {
    buffer: READ_BUFFER,
    callback(count) {
      onRead(beginningOf(count));
      return true;
    },
  };
}

function beginningOf(length: number): Buffer {
  if (length >= MOST_BEGINNINGS) return READ_BUFFER.subarray(0, length);
  return (BEGINNINGS[length] ??= READ_BUFFER.subarray(0, length));
}

/** Gives what was read to whoever reads the socket as a stream, which undici does. */
export interface Reads {
  push(bytes: Buffer): void;
}

/** From now on `socket.read()` gives what was pushed; the end of the stream stays the stream's. */
export function takeOver(socket: Socket): Reads {
  const readStream = socket.read.bind(socket) as (size: number) => unknown;
  let waiting: Buffer | null = null;
  socket.read = (size?: number) => {
    // With a size it is the stream's own call, which also brings the end about.
    if (size !== undefined) return readStream(size);
    const bytes = waiting;
    waiting = null;
    return bytes;
  };
  return {
    push(bytes) {
      waiting = waiting === null ? bytes : Buffer.concat([waiting, bytes]);
      socket.emit('readable');
    },
  };
}
