import { planEmissions, type Latency } from './latency.ts';
import { createRandom } from '../time/random.ts';
import type { ServingModel } from './model.ts';
import type { Cancel, Timeline } from '../time/timeline.ts';
import { workerIds } from './worker-ids.ts';

export interface FixedServingOptions {
  readonly latency: Latency;
  readonly seed: number;
  /** Workers, taken in turn; they have names and no limits. */
  readonly workers: number;
  /** Requests held at once before another is refused; absent for no limit. */
  readonly maxInFlight?: number | undefined;
}

/**
 * The simplest model: every request takes the same time whatever else is running, and workers are
 * taken round-robin. No queue, no cache.
 */
export function createFixedServing(options: FixedServingOptions, timeline: Timeline): ServingModel {
  const { latency, seed, workers, maxInFlight = Infinity } = options;
  const ids = workerIds(workers);
  let inFlight = 0;
  let served = 0;

  return {
    describe: () => ({
      workers: ids.map((id) => ({ id, role: 'aggregated' as const })),
      isKvAware: false,
    }),
    serve(work, onTokens) {
      if (inFlight >= maxInFlight) return 'overloaded';
      inFlight += 1;
      const workerId = ids[served++ % workers]!;
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
        facts: {
          prefillWorkerId: workerId,
          decodeWorkerId: workerId,
          cachedTokens: 0,
          toldCachedTokens: 0,
          prefillWaitNs: 0,
          prefillNs: plan.offsetsNs[0]!,
        },
        cancel() {
          pending();
          release();
        },
      };
    },
  };
}
