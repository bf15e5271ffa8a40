import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import type { Summary } from '../schemas/summary.ts';
import { ALL_ROWS_METRICS } from '../record/catalog.ts';
import { judge, keeps } from '../record/goodput.ts';
import { Latencies } from '../record/latency.ts';
import { nsToMs } from '../values/units.ts';

/** The latencies that are compared row by row. */
export type ComparedLatency = (typeof ALL_ROWS_METRICS)[number];

/** What a comparison needs of one row of one run. */
export interface ComparedRow {
  readonly row: number;
  readonly dueNs: number;
  readonly inputTokens: number;
  /** Until when it waited for its first token: until it came, or the row ended without one. */
  readonly waitedToNs?: number | undefined;
  readonly isGood: boolean;
  /** Infinity for a row without a whole answer, NaN where an ok row has no such latency. */
  readonly latencyMs: Readonly<Record<ComparedLatency, number>>;
}

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

export interface RunLoad {
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
  readonly #prefillWaitMs: number[] = [];
  readonly #prefillMs: number[] = [];
  readonly #beyondLimit: number[];

  constructor({ objectives }: { readonly objectives: readonly Objective[] }) {
    this.#objectives = objectives;
    this.#beyondLimit = objectives.map(() => 0);
  }

  add(record: RequestRecord): void {
    const latencies = new Latencies(record);
    this.rows.push({
      row: record.row,
      dueNs: record.due_ns,
      inputTokens: record.input_tokens_asked,
      waitedToNs: record.content_ns?.[0] ?? record.end_ns,
      isGood: judge(record, this.#objectives, latencies).isGood,
      latencyMs: latenciesOf(latencies),
    });
    if (record.sent_ns !== undefined && record.end_ns !== undefined) {
      this.#sentNs.push(record.sent_ns);
      this.#endNs.push(record.end_ns);
    }
    if (record.outcome !== 'ok') return;
    for (const [place, objective] of this.#objectives.entries()) {
      if (!keeps(latencies, objective)) this.#beyondLimit[place]!++;
    }
    const { prefill_wait_time_ms: waitMs, prefill_time_ms: prefillMs } = record.server_timing ?? {};
    if (waitMs !== undefined) this.#prefillWaitMs.push(waitMs);
    if (prefillMs !== undefined) this.#prefillMs.push(prefillMs);
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

function latenciesOf(latencies: Latencies): ComparedRow['latencyMs'] {
  const entries = ALL_ROWS_METRICS.map((metric) => {
    if (latencies.record.outcome !== 'ok') return [metric, Infinity] as const;
    const latency = latencies.of(metric);
    return [metric, latency ? nsToMs(latency.totalNs / latency.parts) : NaN] as const;
  });
  return Object.fromEntries(entries) as Record<ComparedLatency, number>;
}

function meanOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
