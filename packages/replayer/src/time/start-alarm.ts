import { MessageChannel } from 'node:worker_threads';

import { type AlarmData, type AlarmSlot, createAlarmMemory } from './alarm-memory.ts';
import { startThread } from '../threads/start-thread.ts';

/** The thread that wakes loops more exactly than their own timers do. */
export interface Alarm {
  /** One for each loop; their ports are to be transferred to it. */
  readonly slots: readonly AlarmSlot[];
  stop(): Promise<void>;
}

/** Starts the thread. It holds no process open; if it dies, loops have their own timers still. */
export function startAlarm(loops: number): Alarm {
  const shared = createAlarmMemory(loops);
  const channels = Array.from({ length: loops }, () => new MessageChannel());
  const ports = channels.map(({ port1 }) => port1);
  const workerData: AlarmData = { shared, ports };
  const worker = startThread('time/alarm-thread', {
    workerData,
    transferList: ports,
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => undefined);
  worker.unref();
  return {
    slots: channels.map(({ port2 }, index) => ({ shared, index, port: port2 })),
    async stop() {
      await worker.terminate();
    },
  };
}
