import { totalmem } from 'node:os';

import { countDuration, createLogCounts, type LogCounts } from '@trace-replay/metrics/counts';

import { createClock } from '../../time/clock.ts';
import { createDispatcher } from '../../schedule/dispatch.ts';
import { openAlarmTimers } from '../../time/alarm-timers.ts';
import { startAlarm } from '../../time/start-alarm.ts';
import { readMemoryLimit } from '../host/cgroup.ts';
import { coresAllowed } from '../host/host-monitor.ts';
import { startLoopMonitor } from '../loop/loop-monitor.ts';
import {
  openDescriptors,
  type Ports,
  readDescriptorLimit,
  readPorts,
  readText,
} from '../host/proc.ts';
import { startCanary } from '../loop/start-canary.ts';

/** The resources of a machine and the precision of its timers now. Absent is unknown. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly descriptors?: { readonly limit: number; readonly open: number };
  readonly ports?: Ports;
  /** Lateness of the run's own timer, with nothing else to do. */
  readonly timerLateness: LogCounts;
  readonly receiveError: LogCounts;
}

const GAP_MS = 10;
/** Not counted: the first instants meet code that has never run. */
const COLD_INSTANTS = 10;

/** Measures this machine for so long, while nothing else goes on. */
export async function measureMachine(forMs: number): Promise<Machine> {
  const canary = await startCanary(forMs);
  const loop = startLoopMonitor({ canaryPort: canary?.port });
  const timerLateness = await measureTimer(Math.floor(forMs / GAP_MS));
  const { receiveError } = loop.stop();
  await canary?.stop();
  const limit = readDescriptorLimit(readText);
  const open = openDescriptors();
  const ports = readPorts(readText);
  return {
    cores: coresAllowed(),
    memoryBytes: Math.min(totalmem(), readMemoryLimit(readText) ?? Infinity),
    ...(limit !== undefined && open !== undefined && { descriptors: { limit, open } }),
    ...(ports && { ports }),
    timerLateness,
    receiveError,
  };
}

/** Lets the dispatcher of a run wait for so many instants and sees how late it is. */
async function measureTimer(instants: number): Promise<LogCounts> {
  const lateness = createLogCounts();
  const alarm = startAlarm(1);
  const timers = openAlarmTimers(alarm.slots[0]!);
  let reached = 0;
  const clock = createClock({
    monotonicNs: process.hrtime.bigint() + BigInt(GAP_MS * 1e6),
    unixMs: 0,
  });
  await new Promise<void>((resolve) => {
    const dispatcher = createDispatcher<{ dueNs: number }>(
      ({ dueNs }) => {
        if (++reached > COLD_INSTANTS) countDuration(lateness, clock.nowNs() - dueNs);
        if (reached === instants) resolve();
      },
      { clock, timers },
    );
    for (let instant = 0; instant < instants; instant++) {
      dispatcher.offer({ dueNs: instant * GAP_MS * 1e6 });
    }
  });
  timers.close();
  await alarm.stop();
  return lateness;
}
