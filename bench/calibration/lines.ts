import { alignColumns } from '../figures/table.ts';
import { COMPARED, type FigureError } from './errors-of-run.ts';
import { isWithin, tallyErrors, tallyVerdicts } from './tally.ts';
import type { JudgedCase } from './truth.ts';

const HEAD = ['metric', 'figures', 'within', '%', '> 0.2 ms', 'stated ÷ true', 'uncertain'];
const WORST = 25;

/** What a calibration found: errors by metric, verdicts, and the figures that are beyond. */
export function calibrationLines(cases: readonly JudgedCase[]): readonly string[] {
  const tallies = (['all', ...COMPARED] as const).map((metric) => tallyErrors(metric, cases));
  const rows = tallies.map(({ metric, figures, within, large, medianRatio, uncertain }) => [
    metric,
    String(figures),
    String(within),
    figures === 0 ? '' : ((100 * within) / figures).toFixed(1),
    String(large),
    medianRatio?.toFixed(2) ?? '',
    String(uncertain),
  ]);
  const leftOut = cases.filter(({ leftOut: why }) => why !== undefined);
  const { trulyValid, falseAlarms, trulyInvalid, misses } = tallyVerdicts(cases);
  return [
    ...alignColumns([HEAD, ...rows]),
    '',
    `${cases.length} runs; left out: ${leftOut.length}`,
    ...leftOut.map(({ name, leftOut: why }) => `  ${name}: ${why}`),
    `valid by the wire: ${trulyValid}, of them called invalid: ${falseAlarms.length}`,
    ...falseAlarms.map(({ name, reasons }) => `  ${name}: ${reasons.join('; ')}`),
    `invalid by the wire: ${trulyInvalid}, of them not called invalid: ${misses.length}`,
    ...misses.map(({ name, faults, verdict }) => `  ${name}, ${verdict}: ${faults.join('; ')}`),
    '',
    'Beyond the stated error, the farthest first:',
    ...beyond(cases),
  ];
}

function beyond(cases: readonly JudgedCase[]): readonly string[] {
  const outside = cases
    .filter(({ leftOut }) => leftOut === undefined)
    .flatMap(({ name, figures }) => figures.map((figure) => ({ name, figure })))
    .filter(({ figure }) => figure.statedErrorMs !== undefined && !isWithin(figure));
  const ratio = ({ trueErrorMs, statedErrorMs = 0 }: FigureError) => trueErrorMs / statedErrorMs;
  return outside
    .sort((a, b) => ratio(b.figure) - ratio(a.figure))
    .slice(0, WORST)
    .map(({ name, figure }) => {
      const { metric, figure: which, trueErrorMs, statedErrorMs = 0, trueMs } = figure;
      return (
        `  ${name}: ${metric} ${which} off by ${trueErrorMs.toFixed(3)} ms, ` +
        `stated ${statedErrorMs.toFixed(3)} ms, of ${trueMs.toFixed(2)} ms`
      );
    });
}
