import type { Cancel, Timeline } from '../time/timeline.ts';
import type { OnTokens, Service, ServingModel, Work } from './model.ts';

/** Serves as the model does up to the first token, then makes one every so often without end. */
export function serveDragging(
  model: ServingModel,
  timeline: Timeline,
  everyMs: number,
  work: Work,
  onTokens: OnTokens,
): Service | 'overloaded' {
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
}
