import { parentPort, workerData } from 'node:worker_threads';

import type { PreparedRequest } from '../request/request.ts';
import { type LoopMonitor, startLoopMonitor } from '../self-check/loop/loop-monitor.ts';
import { openAlarmTimers } from '../time/alarm-timers.ts';
import type { SenderCommand, SenderData, SenderMessage } from './messages.ts';
import { rehearse } from './rehearse.ts';
import { createSender, type Sender } from './sender.ts';

// The thread's entry point: requests and commands in, records out.
const { options, alarm, requests } = workerData as SenderData;
const dueTimers = openAlarmTimers(alarm);
/** Before the start, and after the end. */
const waiting: PreparedRequest[] = [];
const dispatched: number[] = [];
let sender: Sender | undefined;
let monitor: LoopMonitor | undefined;
let isStopped = false;

requests.on('message', (request: PreparedRequest) => {
  if (isStopped) drop(request.row);
  else if (sender) sender.offer(request);
  else waiting.push(request);
});

parentPort?.on('message', (command: SenderCommand) => {
  switch (command.kind) {
    case 'start':
      monitor = startLoopMonitor({ canaryPort: command.canaryPort });
      sender = createSender(
        options,
        command.zero,
        { onDispatched, onRecord: (record) => tell({ kind: 'record', record }), onDropped: drop },
        dueTimers,
      );
      for (const request of waiting.splice(0)) sender.offer(request);
      break;
    case 'stop':
      isStopped = true;
      sender?.stop();
      for (const { row } of waiting.splice(0)) drop(row);
      break;
    case 'abort':
      sender?.abort();
      break;
    case 'close':
      sender?.close();
      requests.close();
      dueTimers.close();
      tell({ kind: 'closed', readings: monitor?.stop() });
      parentPort?.close();
  }
});

/** Told together, after a burst: a message costs 10 µs, which the next row of it would be late. */
function onDispatched(row: number): void {
  if (dispatched.length === 0) {
    setImmediate(() => {
      tell({ kind: 'dispatched', rows: dispatched.splice(0) });
    });
  }
  dispatched.push(row);
}

function drop(row: number): void {
  tell({ kind: 'dropped', row });
}

function tell(message: SenderMessage): void {
  parentPort?.postMessage(message);
}

await rehearse(dueTimers);
tell({ kind: 'started' });
