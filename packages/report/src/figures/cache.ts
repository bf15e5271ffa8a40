import { formatDecimal, formatShare } from '@trace-replay/metrics/internal';

import { formatTime, linearAxis, timeAxis } from '../chart/axis.ts';
import type { Figure } from '../chart/figure.ts';
import { createPlot } from '../chart/plot.ts';
import { middles } from '../data/bin-percentiles.ts';
import type { RunData } from '../data/run-data.ts';
import { binWords, stampOf } from './words.ts';

/** Was the prompt cached? Cached of all prompt tokens, where the server counts them. */
export function cacheFigure(data: RunData): Figure | undefined {
  const { bins, columns, summary } = data;
  const cached = new Float64Array(bins.count);
  const prompt = new Float64Array(bins.count);
  const due = columns.dueSeconds.values();
  const prompts = columns.promptTokens.values();
  let rows = 0;
  for (const [place, tokens] of columns.cachedTokens.values().entries()) {
    if (Number.isNaN(tokens) || Number.isNaN(prompts[place]!)) continue;
    rows++;
    cached[bins.binOf(due[place]!)]! += tokens;
    prompt[bins.binOf(due[place]!)]! += prompts[place]!;
  }
  if (rows === 0) return undefined;
  const shares = [...cached].map((tokens, bin) =>
    prompt[bin] === 0 ? undefined : (100 * tokens) / prompt[bin]!,
  );
  const { predicted } = summary.cache ?? {};
  const ceiling = predicted && (100 * predicted.cached_tokens) / predicted.prompt_tokens;
  const plot = createPlot({
    id: 'cache',
    label: 'Cached share of the prompt tokens over time',
    height: 150,
    x: timeAxis(bins.spanSeconds),
    y: linearAxis('% of prompt tokens', 100),
    legend: [{ label: 'cached, as the server counts', color: 'good', mark: 'line' }],
    hover: { binSeconds: bins.widthSeconds },
    stamp: stampOf(summary),
  });
  plot.addLine(middles(bins, shares), 'good', { width: 2 });
  if (ceiling !== undefined) plot.addLimit(ceiling, 'most that a cold cache can have, whole run');
  return {
    id: 'cache',
    question: 'Was the prompt cached?',
    svg: plot.draw(),
    caption: `${formatDecimal(rows)} rows whose cached tokens the server counts. ${binWords(data)}`,
    table: {
      columns: ['due from', 'cached tokens', 'prompt tokens', 'cached'],
      rows: shares.map((share, bin) => [
        formatTime(bin * bins.widthSeconds),
        formatDecimal(cached[bin]!),
        formatDecimal(prompt[bin]!),
        share === undefined ? '' : formatShare(cached[bin]!, prompt[bin]!),
      ]),
    },
  };
}
