import type { Readings } from '@trace-replay/metrics/internal';

import type { Schedule } from '../schedule/schedule.ts';
import { type HostMonitor, startHostMonitor } from './host/host-monitor.ts';
import type { LoopReadings } from './loop/loop-monitor.ts';
import { readingsOf } from './readings.ts';
import { startCanary } from './loop/start-canary.ts';

/** Watches the canary, the process and the machine, beside the loops, which watch themselves. */
export interface SelfCheck {
  /** For the loops; `undefined` without a canary. */
  readonly canaryPort: Promise<number | undefined>;
  /** From now on process and machine are watched. */
  begin(): void;
  /** Puts all readings together. */
  stop(loops: readonly LoopReadings[]): Promise<Readings>;
}

export function startSelfCheck(schedule: Schedule): SelfCheck {
  const canary = startCanary();
  let host: HostMonitor | undefined;
  return {
    canaryPort: canary.then((started) => started?.port),
    begin() {
      host = startHostMonitor();
    },
    async stop(loops) {
      const readings = readingsOf({ schedule, loops, host: host?.stop() });
      await (await canary)?.stop();
      return readings;
    },
  };
}
