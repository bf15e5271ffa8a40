/** Labels of one series. */
export type Labels = Readonly<Record<string, string>>;

interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sum: number;
}

interface Family {
  readonly kind: 'counter' | 'gauge';
  /** Values by the text of their labels. */
  readonly series: Map<string, number>;
}

/** Counts under names and labels, and writes them down as Prometheus reads them. */
export class MetricRegistry {
  readonly #values = new Map<string, Family>();
  readonly #histograms = new Map<string, Map<string, Histogram>>();

  /** Adds to a counter or a gauge. */
  add(kind: 'counter' | 'gauge', name: string, labels: Labels, by = 1): void {
    const { series } = computed(this.#values, name, () => ({ kind, series: new Map() }));
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** Adds one observation, or several equal ones, to a histogram. */
  observe(name: string, bounds: readonly number[], labels: Labels, value: number, times = 1): void {
    const series = computed(this.#histograms, name, () => new Map<string, Histogram>());
    const histogram = computed(series, labelText(labels), () => {
      return { bounds, counts: new Float64Array(bounds.length + 1), sum: 0 };
    });
    const bucket = bounds.findIndex((bound) => value <= bound);
    histogram.counts[bucket < 0 ? bounds.length : bucket]! += times;
    histogram.sum += value * times;
  }

  /** The text exposition format. */
  render(): string {
    const lines: string[] = [];
    for (const [name, { kind, series }] of this.#values) {
      lines.push(`# TYPE ${name} ${kind}`);
      for (const [labels, value] of series) lines.push(`${name}${braced(labels)} ${value}`);
    }
    for (const [name, series] of this.#histograms) {
      lines.push(`# TYPE ${name} histogram`);
      for (const [labels, { bounds, counts, sum }] of series) {
        let below = 0;
        for (const [index, count] of counts.entries()) {
          below += count;
          const bound = `${labels === '' ? '' : `${labels},`}le="${bounds[index] ?? '+Inf'}"`;
          lines.push(`${name}_bucket{${bound}} ${below}`);
        }
        lines.push(`${name}_sum${braced(labels)} ${sum}`);
        lines.push(`${name}_count${braced(labels)} ${below}`);
      }
    }
    return lines.map((line) => `${line}\n`).join('');
  }
}

const braced = (labels: string) => (labels === '' ? '' : `{${labels}}`);

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

function computed<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}
