import { type AddressInfo, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

import { STAMP_BYTES, writeStamp } from './canary-stamp.ts';
import { createCanaryTimes } from './canary-times.ts';
import type { CanaryData } from './start-canary.ts';

// The thread's entry point: a loopback server that writes its clock to whoever connects.

const { everyMs } = workerData as CanaryData;

function serve(socket: Socket): void {
  // One for all stamps: new ones would pile up, because nothing here calls for a full collection.
  const stamp = Buffer.alloc(STAMP_BYTES);
  const times = createCanaryTimes(everyMs, process.hrtime());
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    timer = setTimeout(() => {
      // Not while the kernel has not taken the last one: it is still in there.
      const isFree = socket.writableLength === 0;
      const [first, ...more] = times.take(process.hrtime());
      if (isFree && first !== undefined) {
        if (more.length === 0) socket.write(writeStamp(process.hrtime(), stamp));
        else socket.write(Buffer.concat([first, ...more].map((each) => writeStamp(each))));
      }
      next();
    }, times.waitMs(process.hrtime()));
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
