import { parentPort, workerData } from 'node:worker_threads';

import { importTransport } from '../client/take-transport.ts';
import { openAlarmTimers } from '../time/alarm-timers.ts';
import { createClock, nodeTimers } from '../time/clock.ts';
import type { SenderCommand, SenderData, SenderMessage } from './messages.ts';
import { obey } from './obey.ts';
import { rehearse } from './rehearse.ts';

// The thread's entry point: requests and commands in, records out.
const data = workerData as SenderData;
const dueTimers = openAlarmTimers(data.alarm);
const { transportUrl } = data.options;
const createTransport =
  transportUrl === undefined ? undefined : await importTransport(transportUrl);

const take = obey(data, {
  timeOf: (zero) => ({ clock: createClock(zero), timers: nodeTimers, dueTimers }),
  tell,
  createTransport,
  isWatched: true,
});

parentPort?.on('message', (command: SenderCommand) => {
  take(command);
  if (command.kind !== 'close') return;
  dueTimers.close();
  parentPort?.close();
});

function tell(message: SenderMessage): void {
  parentPort?.postMessage(message);
}

await rehearse(dueTimers);
tell({ kind: 'started' });
