import type { Readings } from '@trace-replay/metrics/internal';

import { describeSchedule, type Schedule } from '../schedule/schedule.ts';
import { type HostMonitor, startHostMonitor } from './host/host-monitor.ts';
import type { LoopReadings } from './loop/loop-monitor.ts';
import { readingsOf } from './readings.ts';
import { startCanary } from './loop/start-canary.ts';

/** Watches the canary, the process and the machine, beside the loops, which watch themselves. */
export function startSelfCheck(schedule: Schedule) {
  const canary = startCanary(describeSchedule(schedule).spanNs / 1e6);
  let host: HostMonitor | undefined;
  return {
    /** For the loops; `undefined` without a canary. */
    canaryPort: canary.then((started) => started?.port),
    /** From now on process and machine are watched. */
    begin() {
      host = startHostMonitor();
    },
    /** Puts all readings together. */
    async stop(loops: readonly LoopReadings[]): Promise<Readings> {
      const readings = readingsOf(schedule, loops, host?.stop());
      await (await canary)?.stop();
      return readings;
    },
  };
}
