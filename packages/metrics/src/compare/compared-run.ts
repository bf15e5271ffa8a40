import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import type { Summary } from '../schemas/summary.ts';
import { keeps } from '../record/goodput.ts';
import { type ComparedRow, comparedRowOf } from './compared-row.ts';

/** One run as a comparison takes it. */
export interface ComparedRun {
  readonly summary: Summary;
  readonly objectives: readonly Objective[];
  readonly rows: readonly ComparedRow[];
  readonly load: RunLoad;
  /** Where its files lie, as the reader may find them again. */
  readonly directory?: string;
}

/** The runs of one deployment: one, or its repeats. */
export interface ComparedSide {
  readonly name: string;
  readonly runs: readonly ComparedRun[];
}

/** What the records say of how a deployment coped. */
export interface RunLoad {
  /** Most requests sent and not ended at one time. */
  readonly peakInFlight: number;
  /** For each objective, in their order: ok rows beyond its limit. */
  readonly beyondLimit: readonly number[];
  /** Means of what the server told about ok rows, on its own clock; absent when it told nothing. */
  readonly prefillWaitMs: number | undefined;
  readonly prefillMs: number | undefined;
}

/** Takes the records of one run, one by one and in any order, and keeps what a comparison needs. */
export class RunCollector {
  readonly rows: ComparedRow[] = [];
  readonly #objectives: readonly Objective[];
  readonly #sentNs: number[] = [];
  readonly #endNs: number[] = [];
  readonly #prefillWaitMs = { count: 0, sum: 0 };
  readonly #prefillMs = { count: 0, sum: 0 };
  readonly #beyondLimit: number[];

  constructor({ objectives }: { readonly objectives: readonly Objective[] }) {
    this.#objectives = objectives;
    this.#beyondLimit = objectives.map(() => 0);
  }

  add(record: RequestRecord): void {
    this.rows.push(comparedRowOf(record, this.#objectives));
    if (record.sent_ns !== undefined && record.end_ns !== undefined) {
      this.#sentNs.push(record.sent_ns);
      this.#endNs.push(record.end_ns);
    }
    if (record.outcome !== 'ok') return;
    for (const [place, objective] of this.#objectives.entries()) {
      if (!keeps(record, objective)) this.#beyondLimit[place]!++;
    }
    addTo(this.#prefillWaitMs, record.server_timing?.['prefill_wait_time_ms']);
    addTo(this.#prefillMs, record.server_timing?.['prefill_time_ms']);
  }

  load(): RunLoad {
    return {
      peakInFlight: peakOf(this.#sentNs, this.#endNs),
      beyondLimit: [...this.#beyondLimit],
      prefillWaitMs: meanOf(this.#prefillWaitMs),
      prefillMs: meanOf(this.#prefillMs),
    };
  }
}

interface Sum {
  count: number;
  sum: number;
}

function addTo(sum: Sum, value: number | undefined): void {
  if (value === undefined) return;
  sum.count++;
  sum.sum += value;
}

function meanOf({ count, sum }: Sum): number | undefined {
  return count === 0 ? undefined : sum / count;
}

/** Most intervals open at once; one that ends as another begins is closed first. */
function peakOf(sentNs: readonly number[], endNs: readonly number[]): number {
  const starts = Float64Array.from(sentNs).sort();
  const ends = Float64Array.from(endNs).sort();
  let [peak, ended] = [0, 0];
  for (const [started, atNs] of starts.entries()) {
    while (ends[ended]! <= atNs) ended++;
    peak = Math.max(peak, started + 1 - ended);
  }
  return peak;
}
