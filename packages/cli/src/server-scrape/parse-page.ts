/** One line of a page. */
export interface Sample {
  /** As the page has it: of a histogram with `_bucket`, `_sum` or `_count` at its end. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the family that the sample belongs to; `untyped` if the page does not say. */
  readonly kind: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  /** NaN and infinities as they are. */
  readonly value: number;
}

export interface Page {
  readonly samples: readonly Sample[];
  /** Lines that are no sample, comment or blank. */
  readonly unreadLines: number;
}

/** Name, labels between braces, value, timestamp. A brace in quotes ends no labels. */
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\s*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s*|\s+)(\S+)(?:\s+-?\d+)?$/;
const LABEL = /^\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/;
const KINDS = new Set<string>(['counter', 'gauge', 'histogram', 'summary']);
const PARTS = /_(bucket|sum|count)$/;

/**
 * Reads a page in the text format of Prometheus, version 0.0.4. A line that cannot be read costs
 * only itself. Timestamps are left out.
 */
export function parsePage(text: string): Page {
  const kinds = new Map<string, Sample['kind']>();
  const samples: Sample[] = [];
  let unreadLines = 0;
  for (const each of text.split('\n')) {
    const line = each.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      const [, name, kind] = /^#\s+TYPE\s+(\S+)\s+(\S+)/.exec(line) ?? [];
      if (name !== undefined && kind !== undefined && KINDS.has(kind)) {
        kinds.set(name, kind as Sample['kind']);
      }
      continue;
    }
    const sample = parseLine(line);
    if (sample === undefined) unreadLines++;
    else samples.push({ ...sample, kind: kindOf(sample.name, kinds) });
  }
  return { samples, unreadLines };
}

function parseLine(line: string): Omit<Sample, 'kind'> | undefined {
  const [, name, labelText = '', valueText = ''] = SAMPLE.exec(line) ?? [];
  const labels = labelsOf(labelText);
  const value = valueOf(valueText);
  if (name === undefined || labels === undefined || value === undefined) return undefined;
  return { name, labels, value };
}

function labelsOf(text: string): Sample['labels'] | undefined {
  const labels: [name: string, value: string][] = [];
  for (let rest = text; rest.trim() !== '';) {
    const [all, name, value] = LABEL.exec(rest) ?? [];
    if (all === undefined || name === undefined || value === undefined) return undefined;
    labels.push([name, value.replace(/\\([\\"n])/g, (_, it) => (it === 'n' ? '\n' : String(it)))]);
    rest = rest.slice(all.length);
  }
  return Object.fromEntries(labels);
}

function valueOf(text: string): number | undefined {
  const special = { nan: NaN, inf: Infinity, '+inf': Infinity, '-inf': -Infinity };
  const found = special[text.toLowerCase() as keyof typeof special];
  if (found !== undefined) return found;
  // Number('') is 0.
  const value = text === '' ? NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function kindOf(name: string, kinds: ReadonlyMap<string, Sample['kind']>): Sample['kind'] {
  return kinds.get(name) ?? kinds.get(name.replace(PARTS, '')) ?? 'untyped';
}
