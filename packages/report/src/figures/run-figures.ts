import type { Figure } from '../chart/figure.ts';
import type { RunData } from '../data/run-data.ts';
import { cacheFigure } from './cache.ts';
import { failuresFigure } from './failures.ts';
import { gapsFigure } from './gaps.ts';
import { inFlightFigure, ratesFigure, tokensFigure } from './load.ts';
import { outcomesFigure } from './outcomes.ts';
import { overTimeFigure } from './over-time.ts';
import { percentilesFigure } from './percentiles.ts';
import { promptFigure } from './prompt.ts';
import { timelineFigure } from './timeline.ts';
import { workersFigure } from './workers.ts';

/** All pictures of a run that its records have something for, in the order of the questions. */
export function runFigures(data: RunData): readonly Figure[] {
  const figures = [
    outcomesFigure(data),
    percentilesFigure(data),
    overTimeFigure(data, {
      id: 'ttft',
      question: 'When did the first token come late?',
      label: 'TTFT',
      column: 'ttftMs',
      metric: 'time_to_first_token',
    }),
    ratesFigure(data),
    inFlightFigure(data),
    tokensFigure(data),
    overTimeFigure(data, {
      id: 'itl',
      question: 'Was the pace of tokens steady?',
      label: 'ITL',
      column: 'itlMs',
      metric: 'inter_token_latency',
    }),
    gapsFigure(data),
    promptFigure(data),
    timelineFigure(data),
    workersFigure(data),
    cacheFigure(data),
    failuresFigure(data),
    overTimeFigure(data, {
      id: 'lag',
      question: 'Did the client send on time?',
      label: 'lag (sent − due)',
      column: 'lagMs',
      isLinear: true,
    }),
  ];
  return figures.filter((figure) => figure !== undefined);
}
