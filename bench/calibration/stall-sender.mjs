// Preloaded into the client: the threads that send and read stand still for STALL_FOR_MS, again
// and again, STALL_EVERY_MS apart in the mean.
import { workerData } from 'node:worker_threads';

const forMs = Number(process.env.STALL_FOR_MS);
const everyMs = Number(process.env.STALL_EVERY_MS);
const GOLDEN = 0.6180339887498949;

function stallNext(count) {
  const delayMs = everyMs * (0.5 + ((count * GOLDEN) % 1));
  const timer = setTimeout(() => {
    const endMs = performance.now() + forMs;
    while (performance.now() < endMs);
    stallNext(count + 1);
  }, delayMs);
  timer.unref();
}

// Of the threads of a run only a sender has an alarm.
if (workerData?.alarm !== undefined) stallNext(1);
