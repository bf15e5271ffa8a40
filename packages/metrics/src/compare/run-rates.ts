import type { MetricWords } from './compare-metric.ts';
import type { ComparedRun } from './compared-run.ts';
import type { Measured } from './measure-pair.ts';
import { logRatio } from './measures.ts';

/** A rate of a whole run. It has no rows to draw, so within one run there is no interval of it. */
export interface RunRate {
  readonly words: MetricWords;
  /** The rate on both sides of a pair; `undefined` if one has none. */
  readonly measure: (first: ComparedRun, second: ComparedRun) => Measured | undefined;
}

type Read = (run: ComparedRun) => number | undefined;

export const RUN_RATES: readonly RunRate[] = [
  rateOf('goodput_requests_per_second', 'Good requests', ({ summary }) => {
    return summary.goodput?.requests_per_second;
  }),
  rateOf('requests_per_second', 'Requests', ({ summary }) => summary.rates.requests_per_second),
  rateOf('output_tokens_per_second', 'Output tokens', ({ summary }) => {
    return summary.rates.output_tokens_per_second;
  }),
];

function rateOf(metric: string, label: string, read: Read): RunRate {
  return {
    words: { metric, statistic: 'rate', label, unit: '/s', better: 'higher', headline: false },
    measure(ofFirst, ofSecond) {
      const [first, second] = [read(ofFirst), read(ofSecond)];
      if (first === undefined || second === undefined) return undefined;
      return { first, second, effect: logRatio(first, second) };
    },
  };
}
