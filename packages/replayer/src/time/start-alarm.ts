import { MessageChannel, Worker } from 'node:worker_threads';

import { type AlarmSlot, createAlarmMemory } from './alarm-memory.ts';
import { entryFile } from '../threads/entry-file.ts';
import { HELPER_LIMITS } from '../threads/heap-limits.ts';
import type { AlarmData } from './alarm-memory.ts';

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
  const worker = new Worker(entryFile('time/alarm-thread'), {
    workerData,
    transferList: ports,
    resourceLimits: HELPER_LIMITS,
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
