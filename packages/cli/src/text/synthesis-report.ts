import { formatDecimal, formatShare } from '@trace-replay/metrics/internal';
import { ValueCounts, type resolveSynthesisOptions } from '@trace-replay/replayer/tools';
import type { SynthesisTally, TraceModel, TraceRow } from '@trace-replay/replayer/trace';

import { indented } from './text-table.ts';
import { datagenTable } from './trace-analysis-text.ts';

type Options = ReturnType<typeof resolveSynthesisOptions>;

/** Collects what there is to say about a synthesized trace, while its rows are written. */
export class SynthesisReport {
  readonly #model: TraceModel;
  readonly #options: Options;
  readonly #lengths = {
    'Input Length': new ValueCounts(),
    'Context Length': new ValueCounts(),
    'Unique Prompt Length': new ValueCounts(),
    'Output Length': new ValueCounts(),
  };
  #rows = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #rowsWithoutOutput = 0;
  #lastTimestampMs = 0;

  constructor(model: TraceModel, options: Options) {
    this.#model = model;
    this.#options = options;
  }

  add({ inputLength, outputLength, timestampMs, otherFields }: TraceRow): void {
    this.#rows += 1;
    this.#inputTokens += inputLength;
    this.#outputTokens += outputLength;
    this.#lastTimestampMs = timestampMs;
    if (outputLength < 1) this.#rowsWithoutOutput += 1;
    this.#lengths['Input Length'].add(inputLength);
    this.#lengths['Context Length'].add(Number(otherFields?.['context_len']));
    this.#lengths['Unique Prompt Length'].add(Number(otherFields?.['unique_user_prompt_len']));
    this.#lengths['Output Length'].add(outputLength);
  }

  /** What makes the trace another than one may think, in whole sentences. */
  warnings(): string[] {
    const { minOsl = -Infinity, maxOsl = Infinity } = this.#options;
    const warnings: string[] = [];
    if (this.#rowsWithoutOutput > 0) {
      const rows = formatDecimal(this.#rowsWithoutOutput);
      warnings.push(
        `${rows} rows have an output length below 1, which a replay refuses. Pass --min-osl 1.`,
      );
    }
    if (minOsl > maxOsl) {
      warnings.push(`--min-osl is above --max-osl, so every output has ${maxOsl}.`);
    }
    return warnings;
  }

  /** The result: how many, how fast, what was dropped, and datagen's table. */
  text(output: string, tally: SynthesisTally): string {
    const { compat, rows, spanMs, file } = this.#model;
    const { seed, speedupRatio = 1 } = this.#options;
    const seconds = this.#lastTimestampMs / 1000;
    const sourceRate = (rows * 1000 * speedupRatio) / spanMs;
    const perSecond = (count: number) => formatDecimal(count / seconds);
    return [
      output === '-' ? 'Trace on standard output' : output,
      ...indented([
        `${formatDecimal(this.#rows)} requests learned from ${formatDecimal(rows)} rows of ${file}, ` +
          `era ${compat}, seed ${seed}`,
        seconds > 0
          ? `${formatDecimal(seconds, 1)} s: ${formatDecimal(this.#rows / seconds, 2)} requests/s, ` +
            `${perSecond(this.#inputTokens)} input and ` +
            `${perSecond(this.#outputTokens)} output tokens/s`
          : 'All requests arrive at once.',
        ...this.#dropped(tally),
        ...(tally.dropped > 0 && seconds > 0 && spanMs > 0
          ? [
              `They are not replaced: the rate falls from about ${formatDecimal(sourceRate, 2)} ` +
                `to ${formatDecimal(this.#rows / seconds, 2)} requests/s.`,
            ]
          : []),
      ]),
      '',
      ...indented(this.#table()),
    ].join('\n');
  }

  #dropped({ drawn, dropped }: SynthesisTally): string[] {
    const { minIsl, maxIsl } = this.#options;
    const limits = Object.entries({ '--min-isl': minIsl, '--max-isl': maxIsl })
      .filter(([, limit]) => limit !== undefined)
      .map(([flag, limit]) => `${flag} ${limit}`);
    if (limits.length === 0) return [];
    return [
      `${formatDecimal(drawn)} drawn, ${formatDecimal(dropped)} ` +
        `(${formatShare(dropped, drawn)}) dropped by ${limits.join(' and ')}`,
    ];
  }

  #table(): string[] {
    return datagenTable(
      Object.entries(this.#lengths).flatMap(([name, lengths]) => {
        const summary = lengths.summary();
        return summary ? [[name, summary, 2] as const] : [];
      }),
    );
  }
}
