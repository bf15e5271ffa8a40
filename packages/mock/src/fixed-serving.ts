import { planEmissions, type Latency } from './latency-model.ts';
import { createRandom } from './seeded-random.ts';
import type { ServingModel } from './serving-model.ts';
import type { Cancel, Timeline } from './timeline.ts';

export interface FixedServingOptions {
  readonly latency: Latency;
  readonly seed: number;
  /** Workers, taken in turn; they have names and no limits. */
  readonly workers: number;
  /** Requests held at once before another is refused; absent for no limit. */
  readonly maxInFlight?: number | undefined;
}

/** 2^62: ids from here on need 64 bits, as those of real workers do. */
const FIRST_WORKER_ID = 2n ** 62n;

/**
 * The simplest model: every request takes the same time whatever else is running, and workers are
 * taken round-robin. No queue, no cache.
 */
export function createFixedServing(options: FixedServingOptions, timeline: Timeline): ServingModel {
  const { latency, seed, workers, maxInFlight = Infinity } = options;
  const workerIds = Array.from({ length: workers }, (_, index) =>
    String(FIRST_WORKER_ID + BigInt(1 + index * 1_000_003)),
  );
  let inFlight = 0;
  let served = 0;

  return {
    serve(work, onTokens) {
      if (inFlight >= maxInFlight) return 'overloaded';
      inFlight += 1;
      const workerId = workerIds[served++ % workers]!;
      const random = createRandom(seed, work.request);
      const plan = planEmissions(latency, work.inputTokens, work.outputTokens, random);
      const dueNs = (chunk: number) => work.arrivedNs + plan.offsetsNs[chunk]!;
      let pending: Cancel = () => undefined;
      let chunk = 0;
      const emit = (due: number): void => {
        const tokens = plan.tokens[chunk++]!;
        if (chunk < plan.tokens.length) pending = timeline.at(dueNs(chunk), emit);
        else release();
        onTokens(tokens, due);
      };
      let released = false;
      const release = (): void => {
        if (!released) inFlight -= 1;
        released = true;
      };
      pending = timeline.at(dueNs(0), emit);

      return {
        prefillWorkerId: workerId,
        decodeWorkerId: workerId,
        cachedTokens: 0,
        prefillWaitNs: 0,
        prefillNs: plan.offsetsNs[0]!,
        cancel() {
          pending();
          release();
        },
      };
    },
  };
}
