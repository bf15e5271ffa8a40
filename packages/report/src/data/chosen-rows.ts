import type { RequestRecord } from '@trace-replay/metrics';

import { valueMs } from './row-class.ts';
import type { TimeBins } from './time-bins.ts';

const WORST = 5;
const FAILED = 5;
const SLICES = 15;

/** A row that is shown in full, and why it was chosen. */
export interface ChosenRow {
  readonly record: RequestRecord;
  readonly why: string;
}

interface Ranking {
  readonly why: string;
  readonly valueOf: (record: RequestRecord) => number | undefined;
  readonly worst: { readonly value: number; readonly record: RequestRecord }[];
}

/** Keeps the records of at most 40 rows: the worst by four measures, failed ones, one per slice. */
export class ChosenRows {
  readonly #rankings: readonly Ranking[] = [
    { why: 'TTFT', valueOf: (record) => valueMs(record, 'time_to_first_token'), worst: [] },
    { why: 'ITL', valueOf: (record) => valueMs(record, 'inter_token_latency'), worst: [] },
    { why: 'longest gap', valueOf: (record) => longestGap(record), worst: [] },
    { why: 'latency', valueOf: (record) => valueMs(record, 'request_latency'), worst: [] },
  ];
  readonly #failed: RequestRecord[] = [];
  readonly #slices: (RequestRecord | undefined)[] = [];
  readonly #spanSeconds: number;

  constructor({ spanSeconds }: TimeBins) {
    this.#spanSeconds = spanSeconds;
  }

  add(record: RequestRecord): void {
    if (record.outcome === 'failed' && record.sent_ns !== undefined) {
      if (this.#failed.length < FAILED) this.#failed.push(record);
    }
    if (record.outcome !== 'ok') return;
    for (const { valueOf, worst } of this.#rankings) {
      const value = valueOf(record);
      if (value === undefined) continue;
      const last = worst.at(-1);
      if (worst.length === WORST && last !== undefined && value <= last.value) continue;
      worst.push({ value, record });
      worst.sort((a, b) => b.value - a.value);
      if (worst.length > WORST) worst.pop();
    }
    const slice = Math.floor((SLICES * record.due_ns) / 1e9 / this.#spanSeconds);
    this.#slices[Math.min(SLICES - 1, Math.max(0, slice))] ??= record;
  }

  /** Each row once, in order of due time, with every reason for it. */
  list(): readonly ChosenRow[] {
    const found = new Map<number, { record: RequestRecord; why: string[] }>();
    const choose = (record: RequestRecord | undefined, why: string) => {
      if (record === undefined) return;
      const known = found.get(record.row);
      if (known === undefined) found.set(record.row, { record, why: [why] });
      else if (why !== 'sample') known.why.push(why);
    };
    for (const { why, worst } of this.#rankings) {
      for (const { record } of worst) choose(record, why);
    }
    for (const record of this.#failed) choose(record, 'failed');
    for (const record of this.#slices) choose(record, 'sample');
    return [...found.values()]
      .sort((a, b) => a.record.due_ns - b.record.due_ns || a.record.row - b.record.row)
      .map(({ record, why }) => ({ record, why: why.join(', ') }));
  }
}

function longestGap({ content_ns: contentNs = [] }: RequestRecord): number | undefined {
  let longest: number | undefined;
  for (let index = 1; index < contentNs.length; index++) {
    const gap = contentNs[index]! - contentNs[index - 1]!;
    if (longest === undefined || gap > longest) longest = gap;
  }
  return longest;
}
