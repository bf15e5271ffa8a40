import { type AddressInfo, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

import { STAMP_BYTES, writeStamp } from './canary-stamp.ts';
import type { CanaryData } from './start-canary.ts';

// The thread's entry point: a loopback server that writes its clock to whoever connects.

const { everyMs } = workerData as CanaryData;
/** At a mean of 9 ms, 4 to 14 ms. */
const SHORTEST_MS = (everyMs * 4) / 9;
const SPREAD_MS = (everyMs * 10) / 9;
/** Multiples of the golden ratio fall evenly and never in step with anything periodic. */
const GOLDEN = 0.6180339887498949;

function serve(socket: Socket): void {
  // One for all stamps: new ones would pile up, because nothing here calls for a full collection.
  const stamp = Buffer.alloc(STAMP_BYTES);
  let written = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    const delayMs = SHORTEST_MS + SPREAD_MS * ((written * GOLDEN) % 1);
    written++;
    timer = setTimeout(() => {
      // Not while the kernel has not taken the last one: it is still in there.
      if (socket.writableLength === 0) socket.write(writeStamp(process.hrtime(), stamp));
      next();
    }, delayMs);
  };
  socket.setNoDelay(true);
  // What comes back is read and forgotten: it is the writing of it that is measured.
  socket.on('error', () => undefined).on('close', () => clearTimeout(timer));
  socket.resume();
  next();
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage((server.address() as AddressInfo).port);
});
