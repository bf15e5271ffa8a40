import parseText from 'parse-prometheus-text-format';

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

const NAME = /^[a-zA-Z_:][\w:]*$/;
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
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
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
  try {
    const [family] = parseText(`${line}\n`);
    const [found] = family?.metrics ?? [];
    if (family === undefined || found === undefined || !NAME.test(family.name)) return undefined;
    const value = valueOf(found.value ?? '');
    return value === undefined
      ? undefined
      : { name: family.name, labels: found.labels ?? {}, value };
  } catch {
    return undefined;
  }
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
