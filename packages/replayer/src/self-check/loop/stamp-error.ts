import { connect, type OnReadOpts } from 'node:net';

import { countDuration, createLogCounts } from '@trace-replay/metrics/counts';

import { createStampReader, differenceNs, type HrTime, writeStamp } from './canary-stamp.ts';
import { createStallMeter, type LongestStall } from './longest-stall.ts';

/** Every so many stamps bytes are written back and the run queue is read. */
const SEND_EVERY = 4;
const READ_BYTES = 64 * 1024;

/**
 * Measures how late the stamps of the calling loop are, under whatever load it has.
 *
 * @param write sends bytes back to the canary
 */
export function createStampErrorMeter(
  write: (bytes: Buffer) => void,
  now: () => HrTime = () => process.hrtime(),
) {
  const stalls = createStallMeter();
  const receive = createLogCounts();
  const send = createLogCounts();
  let receivedAt: HrTime = [0, 0];
  const read = createStampReader((sentAt) => {
    const lateNs = differenceNs(receivedAt, sentAt);
    countDuration(receive, lateNs);
    stalls.late(lateNs);
  });
  return {
    /** A canary's stamp − our reading of the clock when it had come. */
    receive,
    /** From a reading of our clock to the end of the write that follows it. */
    send,
    get longestStall(): LongestStall | undefined {
      return stalls.longest;
    },
    /** Takes what came over the socket: one reading of the clock for each piece. */
    take(piece: Buffer): void {
      const before = receive.count;
      receivedAt = now();
      read(piece);
      if (Math.floor(before / SEND_EVERY) === Math.floor(receive.count / SEND_EVERY)) return;
      stalls.onTime();
      const sentAt = now();
      write(writeStamp(sentAt));
      countDuration(send, differenceNs(now(), sentAt));
    },
  };
}

/** Reads a canary in the calling loop, as streams are read there, until it is stopped. */
export function watchCanary(port: number) {
  const meter = createStampErrorMeter((bytes) => socket.write(bytes));
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback(count, bytes) {
      // The declared type is that of the option, which may also be a function.
      meter.take((bytes as Buffer).subarray(0, count));
      return true;
    },
  };
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
  socket.on('error', () => undefined);
  socket.unref();
  return {
    stop() {
      socket.destroy();
      return meter;
    },
  };
}
