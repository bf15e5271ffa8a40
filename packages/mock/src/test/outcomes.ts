import type { SimulatedRequest, SimulatedService } from '../serving/deployment/simulate.ts';
import type { Work } from '../serving/model.ts';

/** What a client would report of a simulation. */
export interface Outcomes {
  readonly requestsPerS: number;
  readonly meanTtftMs: number;
  /** Over answers of two tokens and more. */
  readonly meanItlMs: number;
  readonly meanE2eMs: number;
  /** Cached prompt tokens ÷ prompt tokens. */
  readonly hitRate: number;
  readonly refused: number;
}

export function outcomesOf(requests: readonly SimulatedRequest[]): Outcomes {
  const served = requests.filter(isServed);
  const lastNs = served.reduce((last, { served: s }) => Math.max(last, s.lastTokenNs), 0);
  const firstNs = served[0]!.work.arrivedNs;
  const inputTokens = sum(served.map(({ work }) => work.inputTokens));
  return {
    requestsPerS: served.length / ((lastNs - firstNs) / 1e9),
    meanTtftMs: mean(served.map(({ work, served: s }) => s.firstTokenNs - work.arrivedNs)) / 1e6,
    meanItlMs:
      mean(
        served
          .filter(({ work }) => work.outputTokens > 1)
          .map(({ work, served: s }) => {
            return (s.lastTokenNs - s.firstTokenNs) / (work.outputTokens - 1);
          }),
      ) / 1e6,
    meanE2eMs: mean(served.map(({ work, served: s }) => s.lastTokenNs - work.arrivedNs)) / 1e6,
    hitRate: sum(served.map(({ served: s }) => s.facts.cachedTokens ?? Number.NaN)) / inputTokens,
    refused: requests.length - served.length,
  };
}

function isServed(
  request: SimulatedRequest,
): request is { readonly work: Work; readonly served: SimulatedService } {
  return request.served !== undefined;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

const mean = (values: readonly number[]) => sum(values) / values.length;
