import type { ServingModel } from './model.ts';
import type { Cancel, Timeline } from '../time/timeline.ts';

/** A model that serves as another one does, but makes a token every so often and never ends. */
export function createDraggingServing(
  everyMs: number,
  model: ServingModel,
  timeline: Timeline,
): ServingModel {
  return {
    describe: () => model.describe(),
    serve(work, onTokens) {
      let pending: Cancel = () => undefined;
      const emit = (dueNs: number): void => {
        pending = timeline.at(dueNs + everyMs * 1e6, emit);
        onTokens(1, dueNs);
      };
      const first = model.serve({ ...work, outputTokens: 1 }, (_tokens, dueNs) => emit(dueNs));
      if (first === 'overloaded') return first;
      return {
        facts: first.facts,
        cancel() {
          first.cancel();
          pending();
        },
      };
    },
  };
}
