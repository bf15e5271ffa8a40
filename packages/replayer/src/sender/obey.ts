import type { RequestRecord } from '@trace-replay/metrics';

import type { CreateTransport } from '../client/transport.ts';
import type { PreparedRequest } from '../request/request.ts';
import { type LoopMonitor, startLoopMonitor } from '../self-check/loop/loop-monitor.ts';
import type { SenderTime, Zero } from '../time/clock.ts';
import { type StampWaits, watchBusyLoop } from '../time/stamp-waits.ts';
import type { SenderCommand, SenderData, SenderMessage } from './messages.ts';
import { createSender, type Sender } from './sender.ts';

export interface ObeyOptions {
  readonly timeOf: (zero: Zero) => SenderTime;
  readonly tell: (message: SenderMessage) => void;
  /** undici by default. */
  readonly createTransport?: CreateTransport | undefined;
  /** Whether the loop measures its own error. */
  readonly isWatched: boolean;
}

/**
 * Obeys the commands to one sender, and takes its requests, on the loop of the calling thread.
 *
 * @returns what takes a command
 */
export function obey(
  { options, requests }: Pick<SenderData, 'options' | 'requests'>,
  { timeOf, tell, createTransport, isWatched }: ObeyOptions,
): (command: SenderCommand) => void {
  /** Before the start, and after the end. */
  const waiting: PreparedRequest[] = [];
  const dispatched: number[] = [];
  let sender: Sender | undefined;
  let monitor: LoopMonitor | undefined;
  let waits: StampWaits | undefined;
  let isStopped = false;

  /** Sent together, after a burst: a message costs 10 µs, by which its next row would be late. */
  function onDispatched(row: number): void {
    if (dispatched.length === 0) {
      setImmediate(() => {
        tell({ kind: 'dispatched', rows: dispatched.splice(0) });
      });
    }
    dispatched.push(row);
  }

  function onDropped(row: number): void {
    tell({ kind: 'dropped', row });
  }

  const onRecord = (record: RequestRecord) => tell({ kind: 'record', record });

  function watched(time: SenderTime): SenderTime & { readonly waits?: StampWaits } {
    if (!isWatched) return time;
    const busy = watchBusyLoop(time.clock);
    waits = busy.waits;
    return { ...time, ...busy };
  }

  requests.on('message', (request: PreparedRequest) => {
    if (isStopped) onDropped(request.row);
    else if (sender) sender.offer(request);
    else waiting.push(request);
  });

  return (command) => {
    switch (command.kind) {
      case 'start':
        if (isWatched) monitor = startLoopMonitor({ canaryPort: command.canaryPort });
        sender = createSender(
          options,
          { onDispatched, onRecord, onDropped },
          watched(timeOf(command.zero)),
          createTransport,
        );
        for (const request of waiting.splice(0)) sender.offer(request);
        break;
      case 'stop':
        isStopped = true;
        sender?.stop();
        for (const { row } of waiting.splice(0)) onDropped(row);
        break;
      case 'abort':
        sender?.abort();
        break;
      case 'close':
        sender?.close();
        requests.close();
        tell({ kind: 'closed', readings: monitor?.stop(waits) });
    }
  };
}
