import type { ServerEndpoint, ServerSeries } from '@trace-replay/metrics/internal';

import type { Page, Sample } from './parse-page.ts';

/** More series than this of one endpoint are not kept: a page that never stops costs no memory. */
const MOST_SERIES = 20_000;

/** No metric is larger, and sums and differences of those below stay finite. */
const LARGEST = 1e100;

/** What happened to one series since the first scrape. */
interface Series {
  readonly sample: Sample;
  previous: number;
  /** Of what only grows: beginning again at 0, as after a restart, is not a loss. */
  increase: number;
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** What one endpoint said over a run: every finite series by what kind it is, in bounded memory. */
export class EndpointFigures {
  readonly #url: string;
  readonly #series = new Map<string, Series>();
  #scrapes = 0;
  #failures = 0;
  #hasEndedWithoutAnswer = false;
  #restarts = 0;
  #lastError: string | undefined;
  #unreadLines = 0;
  #dropped = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /**
   * Counts one scrape.
   *
   * @returns the series whose value is new or has changed, by `name{label="value"}`
   */
  add({ samples, unreadLines }: Page): Readonly<Record<string, number>> {
    const changed: Record<string, number> = {};
    const isFirst = this.#scrapes === 0;
    this.#scrapes++;
    this.#hasEndedWithoutAnswer = false;
    let hasRestarted = false;
    this.#unreadLines = Math.max(this.#unreadLines, unreadLines);
    let dropped = 0;
    for (const sample of samples) {
      const { value } = sample;
      if (!(Math.abs(value) <= LARGEST)) continue;
      const key = keyOf(sample);
      const known = this.#series.get(key);
      if (known?.previous !== value) changed[key] = value;
      hasRestarted ||= known !== undefined && isCounted(sample) && value < known.previous;
      if (known) follow(known, value);
      else if (this.#series.size >= MOST_SERIES) dropped++;
      // A series begins with its first count: before, it was 0.
      else this.#series.set(key, begin(sample, isFirst ? 0 : value));
    }
    this.#dropped = Math.max(this.#dropped, dropped);
    if (hasRestarted) this.#restarts++;
    return changed;
  }

  fail(error: string): void {
    this.#failures++;
    this.#hasEndedWithoutAnswer = true;
    this.#lastError = error;
  }

  /** All that was seen. */
  result(): ServerEndpoint {
    return {
      url: this.#url,
      scrapes: this.#scrapes,
      failures: this.#failures,
      ...(this.#lastError !== undefined && { last_error: this.#lastError }),
      ...(this.#hasEndedWithoutAnswer && { ended_without_answer: true as const }),
      ...(this.#restarts > 0 && { restarts: this.#restarts }),
      ...(this.#unreadLines > 0 && { unread_lines: this.#unreadLines }),
      ...(this.#dropped > 0 && { series_dropped: this.#dropped }),
      series: [...this.#series.values()].flatMap((series) => seriesOf(series, this.#series)),
    };
  }
}

/** Whether it only grows: a summary's quantiles do not. */
function isCounted({ kind, name }: Sample): boolean {
  return kind === 'counter' || (kind === 'histogram' && name.endsWith('_count'));
}

function begin(sample: Sample, increase: number): Series {
  const { value } = sample;
  return { sample, previous: value, increase, min: value, max: value, sum: value, count: 1 };
}

function follow(series: Series, value: number): void {
  series.increase += value < series.previous ? value : value - series.previous;
  series.previous = value;
  series.min = Math.min(series.min, value);
  series.max = Math.max(series.max, value);
  series.sum += value;
  series.count++;
}

/** Of a histogram or summary one entry, at its `_count`; its buckets are in the lines alone. */
function seriesOf(series: Series, all: ReadonlyMap<string, Series>): readonly ServerSeries[] {
  const { sample, previous: last, increase, min, max } = series;
  const { name, labels, kind } = sample;
  if (kind === 'histogram' || kind === 'summary') {
    if (!name.endsWith('_count')) return [];
    const family = name.slice(0, -'_count'.length);
    const sum = all.get(keyOf({ name: `${family}_sum`, labels }))?.increase;
    if (sum === undefined) return [];
    const quotient = sum / increase;
    const mean = increase > 0 && Number.isFinite(quotient) ? { mean: quotient } : {};
    return [{ name: family, labels, kind, count: increase, sum, ...mean }];
  }
  if (kind === 'counter') return [{ name, labels, kind, last, increase }];
  return [{ name, labels, kind, last, min, max, mean: series.sum / series.count }];
}

function keyOf({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
