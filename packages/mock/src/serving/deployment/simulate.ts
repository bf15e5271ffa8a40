import type { ServiceFacts, Work } from '../model.ts';
import type { WakeClock } from '../../time/clock.ts';
import { createTimeline } from '../../time/timeline.ts';
import { createModelledServing, type ModelledServingOptions } from './modelled-serving.ts';

/** One request and how it was served. Instants are nanoseconds of virtual time. */
export interface SimulatedRequest {
  readonly work: Work;
  /** Absent for one that was refused with a 529. */
  readonly served?: SimulatedService;
}

export interface SimulatedService {
  readonly firstTokenNs: number;
  readonly lastTokenNs: number;
  readonly facts: ServiceFacts;
}

/**
 * Serves requests in virtual time, by the model that serves them over HTTP: an hour of a trace
 * takes seconds, and the same input gives the same output.
 *
 * @param works in order of arrival
 * @returns one for each, in the same order
 */
export function simulate(
  works: Iterable<Work>,
  options: ModelledServingOptions,
): readonly SimulatedRequest[] {
  const clock = createVirtualClock();
  const timeline = createTimeline(clock);
  const model = createModelledServing(options, timeline);
  const requests: { work: Work; served?: SimulatedService }[] = [];
  const arrivals = works[Symbol.iterator]();

  const serve = (work: Work): void => {
    const request: (typeof requests)[number] = { work };
    requests.push(request);
    let firstTokenNs: number | undefined;
    const service = model.serve(work, (_tokens, dueNs) => {
      firstTokenNs ??= dueNs;
      if (service === 'overloaded') return;
      request.served = { firstTokenNs, lastTokenNs: dueNs, facts: service.facts };
    });
  };
  // One instant ahead, so that a trace can be made while it is served.
  const expect = (first: Work | undefined): void => {
    if (first === undefined) return;
    timeline.at(first.arrivedNs, (dueNs) => {
      let work: Work | undefined = first;
      for (; work !== undefined && work.arrivedNs <= dueNs; work = next()) serve(work);
      expect(work);
    });
  };
  const next = (): Work | undefined => {
    const coming = arrivals.next();
    return coming.done === true ? undefined : coming.value;
  };
  expect(next());
  clock.run();
  return requests;
}

/** A clock that stands still until it runs, and then jumps from one wake-up to the next. */
export interface VirtualClock extends WakeClock {
  /** Runs until no wake-up is left. */
  run(): void;
}

/** Made for one timeline: it holds a single wake-up, the last one asked for. */
export function createVirtualClock(): VirtualClock {
  let nowNs = 0;
  let next: { readonly atNs: number; readonly run: () => void } | undefined;
  return {
    nowNs: () => nowNs,
    wake(waitNs, run) {
      const wake = { atNs: nowNs + waitNs, run };
      next = wake;
      return () => {
        if (next === wake) next = undefined;
      };
    },
    run() {
      while (next !== undefined) {
        const { atNs, run } = next;
        next = undefined;
        nowNs = atNs;
        run();
      }
    },
  };
}
