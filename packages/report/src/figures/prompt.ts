import { formatDecimal } from '@trace-replay/metrics/internal';

import { logAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { percentileOf } from '../data/order-statistics.ts';
import type { RunData } from '../data/run-data.ts';
import { scatter, scatterWords } from './scatter.ts';
import { msCell, stampOf } from './words.ts';

/** Do long prompts make the wait? TTFT over the input tokens of each row. */
export function promptFigure(data: RunData): Figure | undefined {
  const { columns, summary } = data;
  const inputs = columns.inputTokens.values();
  const values = columns.ttftMs.values();
  const positive = (of: Float64Array) => of.filter((value) => value > 0).sort();
  const [xs, ys] = [positive(inputs), positive(values)];
  if (ys.length === 0 || xs.length === 0) return undefined;
  const { plot, counts } = scatter(data, {
    id: 'prompt',
    label: 'Time to first token of each row over its input tokens',
    x: logAxis('input tokens asked for', xs[0]!, xs.at(-1)!),
    y: logAxis('TTFT, ms', ys[0]!, ys.at(-1)!),
    xColumn: 'inputTokens',
    yColumn: 'ttftMs',
    stamp: stampOf(summary),
  });
  return {
    id: 'prompt',
    question: 'Do long prompts make the wait?',
    svg: plot.draw(),
    caption: scatterWords(counts),
    table: {
      columns: ['input tokens', 'rows with a TTFT', 'p50, ms', 'p90, ms'],
      rows: bySize(inputs, values).map(({ from, to, ascending }) => [
        `${formatDecimal(from)} to ${formatDecimal(to)}`,
        formatDecimal(ascending.length),
        msCell(percentileOf(ascending, 0.5)),
        msCell(percentileOf(ascending, 0.9)),
      ]),
    },
  };
}

/** Rows by the power of two of their prompt. */
function bySize(inputs: Float64Array, values: Float64Array) {
  const sizes = new Map<number, number[]>();
  for (const [place, tokens] of inputs.entries()) {
    if (Number.isNaN(values[place]!)) continue;
    const power = Math.floor(Math.log2(Math.max(1, tokens)));
    const own = sizes.get(power) ?? [];
    own.push(values[place]!);
    sizes.set(power, own);
  }
  return [...sizes.entries()]
    .sort(([a], [b]) => a - b)
    .map(([power, own]) => ({
      from: 2 ** power,
      to: 2 ** (power + 1) - 1,
      ascending: Float64Array.from(own).sort(),
    }));
}
