import { judgeError, quantileOf } from '@trace-replay/metrics/internal';

import type { PlannedLoad } from './planned-load.ts';
import type { Machine } from './this-machine.ts';

/** Why a planned run does not fit into a machine. */
export type Misfit =
  | { readonly kind: 'descriptors'; readonly needed: number; readonly limit: number }
  | { readonly kind: 'ports'; readonly needed: number; readonly free: number }
  | { readonly kind: 'cores'; readonly needed: number; readonly cores: number }
  | { readonly kind: 'timers'; readonly lateMs: number; readonly meanGapMs?: number }
  | { readonly kind: 'memory'; readonly neededBytes: number; readonly bytes: number };

/** Descriptors of the process beside its streams. */
const SPARE_DESCRIPTORS = 64;
/** CPU of an event, of all threads and the kernel: 13 to 37 µs measured (`bench/README.md`). */
const SECONDS_PER_EVENT = 35e-6;
const BASE_BYTES = 200e6;
const BYTES_PER_STREAM = 25e3;

/**
 * Compares a run's needs with the machine; what is unknown is not compared.
 *
 * @param shape the targets, and the bytes of bodies that wait for their due time
 */
export function misfitsOf(
  load: PlannedLoad,
  machine: Machine,
  shape: { readonly targets: number; readonly windowBytes: number },
): readonly Misfit[] {
  const { peakStreams, peakTokensPerSecond, meanGapMs } = load;
  const { descriptors, ports, cores, memoryBytes, timerLateness } = machine;
  const misfits: Misfit[] = [];
  const needed = peakStreams + SPARE_DESCRIPTORS;
  if (descriptors !== undefined && needed > descriptors.limit) {
    misfits.push({ kind: 'descriptors', needed, limit: descriptors.limit });
  }
  const free = ports && ports.range - (ports.timeWait ?? 0);
  const neededPorts = Math.ceil(peakStreams / shape.targets);
  if (free !== undefined && neededPorts > free) {
    misfits.push({ kind: 'ports', needed: neededPorts, free });
  }
  const neededCores = peakTokensPerSecond * SECONDS_PER_EVENT;
  if (neededCores > cores) misfits.push({ kind: 'cores', needed: neededCores, cores });
  const lateMs = (quantileOf(timerLateness, 0.99) ?? 0) / 1e6;
  if (judgeError(lateMs, meanGapMs) === 'invalid') {
    misfits.push({ kind: 'timers', lateMs, ...(meanGapMs !== undefined && { meanGapMs }) });
  }
  const neededBytes = BASE_BYTES + BYTES_PER_STREAM * peakStreams + shape.windowBytes;
  if (neededBytes > memoryBytes) {
    misfits.push({ kind: 'memory', neededBytes, bytes: memoryBytes });
  }
  return misfits;
}
