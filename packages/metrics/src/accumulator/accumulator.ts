import { METRIC_TAGS, type MetricTag, REQUEST_METRICS } from '../record/catalog.ts';
import { checkRecord, isOk, type OkRecord } from '../record/check-record.ts';
import { FailureDetails } from '../count/failure-details.ts';
import { FinishReasons } from '../count/finish-reasons.ts';
import type { FailureClass } from '../record/failure.ts';
import { flipMarginNs } from './flip-margin.ts';
import {
  addLogCounts,
  countDuration,
  createLogCounts,
  type LogCounts,
  logCountsPart,
} from '../count/log-counts.ts';
import { judge } from '../record/goodput.ts';
import { Histogram } from '../count/histogram.ts';
import {
  COALESCED_BELOW_NS,
  connectTimeNs,
  type ItlDefinition,
  type ItlObstacle,
  Latencies,
  roundedNs,
  scheduleLagNs,
  socketWaitNs,
} from '../record/latency.ts';
import { formatObjectives, type Objective } from '../record/objectives.ts';
import { Range } from '../count/range.ts';
import {
  type Note,
  type Outcome,
  OUTCOMES,
  type RequestRecord,
  type StreamNote,
} from '../record/record.ts';
import { Tally } from '../count/tally.ts';

/** Hit rates are summed as whole billionths, so that no sum depends on an order. */
export const HIT_RATE_UNITS = 1e9;

/** What adds up over rows that are ok; `cut_` is of the others. */
export type OkSum =
  | 'length_mismatch'
  | 'good'
  | 'good_tokens'
  | 'good_from_schedule'
  | 'good_as_aiperf'
  | 'output_asked'
  | 'output_counted'
  | 'counted_by_usage'
  | 'counted_by_chunks'
  /** Rows whose chunks stand in for a count by their own note, which earlier versions had not. */
  | 'stood_in'
  /** Rows of which nobody counted the output tokens, and those of them that are good. */
  | 'uncounted'
  | 'good_uncounted'
  /** Rows with a gap between tokens that cannot be measured, by why. */
  | `itl_${ItlObstacle}`
  /** Rows whose inter-token latency would be, or may be, another by the other definition. */
  | `itl_by_${ItlDefinition}`
  /** Prompt tokens by usage, else as asked. */
  | 'input_tokens'
  /** Rows whose prompt tokens the server counted, and their tokens as asked and as counted. */
  | 'prompt_rows'
  | 'prompt_requested'
  | 'prompt_counted'
  /** Rows whose answer counts cached tokens: their number, cached tokens and prompt tokens. */
  | 'cache_rows'
  | 'cached_tokens'
  | 'cache_prompt_tokens'
  /** The prompt tokens of the same rows as asked. */
  | 'cache_input_asked'
  /** Rows whose answer gives the router's hit rate: their number, and the sum in billionths. */
  | 'hit_rate_rows'
  | 'hit_rate_billionths'
  /** Rows with content that are not ok, and the sum of their times to it, in whole µs. */
  | 'cut_rows'
  | 'cut_first_content_us'
  | 'chunks'
  /** Gaps so short that both chunks were read together. */
  | 'coalesced';

/** Counts one thing; its state, as accumulator.json has it, can be added to another of its kind. */
export interface AccumulatorPart {
  toState(): object;
  addState(state: never): void;
}

/**
 * Takes records one by one, in any order, in memory that does not grow with them (1.3 MB). Any
 * split of the records over accumulators that are merged later gives the same as one accumulator.
 */
export class Accumulator {
  readonly objectives: readonly Objective[];
  readonly outcomes = new Tally<Outcome>();
  readonly failures = new Tally<FailureClass>();
  readonly failureDetails = new FailureDetails();
  readonly notes = new Tally<Note | StreamNote>();
  /** Those that mean neither success nor failure. */
  readonly finishReasons = new FinishReasons();
  readonly okSums = new Tally<OkSum>();
  /** Ends of all rows, in ns since the run's zero. */
  readonly endsNs = new Range();
  /** First bytes sent and contents that arrived, of ok rows, in ns since the run's zero. */
  readonly sentNs = new Range();
  readonly contentNs = new Range();
  /** Prompt tokens as counted − as asked, of each row for which the server counted. */
  readonly promptDrift = new Range();
  /** The errors of our stamps that would turn a row's verdict, in ns; of rows that have one. */
  readonly flipMargins = createLogCounts();
  /**
   * Tokens after the first arrival of the rows that have an inter-token latency; no duration, the
   * same buckets.
   */
  readonly gapsPerRow = createLogCounts();
  /**
   * From a request's stamp to its last byte with the kernel, in ns: the stamp is early by no more.
   * Not in accumulator.json, as a merged run judges no figure of its own.
   */
  readonly writes = createLogCounts();
  /** Server's stamp of a request − ours when it was sent: ms since the epoch − since zero. */
  readonly serverClock = new Range();
  readonly histograms = Object.fromEntries(
    METRIC_TAGS.map((tag) => [tag, new Histogram()]),
  ) as Readonly<Record<MetricTag, Histogram>>;

  constructor({ objectives }: { readonly objectives: readonly Objective[] }) {
    this.objectives = objectives;
  }

  /** Records counted, whatever became of their rows. */
  get recordCount(): number {
    return OUTCOMES.reduce((sum, outcome) => sum + this.outcomes.get(outcome), 0);
  }

  /**
   * Counts one record.
   *
   * @throws {RangeError} if its fields do not agree with its outcome; then nothing is counted
   */
  add(record: RequestRecord): void {
    checkRecord(record);
    this.outcomes.count(record.outcome);
    for (const note of record.notes ?? []) this.notes.count(note);
    for (const note of record.stream_notes ?? []) this.notes.count(note);
    if (record.end_ns !== undefined) this.endsNs.add(record.end_ns);
    const { sent_ns: sentNs, server_timing: { request_received_ms: receivedMs } = {} } = record;
    if (receivedMs !== undefined && sentNs !== undefined) {
      this.serverClock.add(receivedMs - sentNs / 1e6);
    }
    if (sentNs !== undefined && record.flushed_ns !== undefined) {
      countDuration(this.writes, record.flushed_ns - sentNs);
    }
    this.#time('schedule_lag', scheduleLagNs(record));
    this.#time('connect_time', connectTimeNs(record));
    this.#time('socket_wait', socketWaitNs(record));
    if (record.failure !== undefined) {
      this.failures.count(record.failure.class);
      this.failureDetails.add(record);
    }
    if (isOk(record)) this.#addOk(record);
    else this.#addCut(record);
  }

  /** Counts rows that were in flight when their process was killed. */
  addLost(rows: number): void {
    if (rows > 0) this.outcomes.add('aborted_inflight', rows);
  }

  /**
   * Adds all that another accumulator counted.
   *
   * @throws {RangeError} if it judged by other objectives
   */
  merge(other: Accumulator): void {
    const [ours, theirs] = [this.objectives, other.objectives].map(formatObjectives);
    if (ours !== theirs) {
      throw new RangeError(`Cannot merge accumulator of "${theirs}": expected "${ours}"`);
    }
    const states = new Map(other.parts().map(([name, part]) => [name, part.toState()]));
    for (const [name, part] of this.parts()) part.addState(states.get(name) as never);
    addLogCounts(this.writes, other.writes);
  }

  /** Every field that counts, by name; histograms as `histograms.<tag>`. */
  parts(): [name: string, part: AccumulatorPart][] {
    const { objectives: _, recordCount: _count, writes: _writes, histograms, ...counted } = this;
    const entries: (readonly [string, AccumulatorPart | LogCounts])[] = [
      ...Object.entries(counted),
      ...METRIC_TAGS.map((tag) => [`histograms.${tag}`, histograms[tag]] as const),
    ];
    return entries.map(([name, each]) => [name, 'counts' in each ? logCountsPart(each) : each]);
  }

  #addOk(record: OkRecord): void {
    const latencies = new Latencies(record);
    for (const metric of REQUEST_METRICS) {
      const latency = latencies.of(metric);
      if (latency !== undefined) this.#time(metric, roundedNs(latency));
    }
    this.sentNs.add(record.sent_ns);
    this.#addChunks(record.content_ns);
    this.#addOutput(record, latencies);
    this.#addPrompt(record);
    this.#addJudgement(record, latencies);
    this.finishReasons.add(record);
  }

  #addCut({ sent_ns: sentNs, content_ns: [firstNs] = [] }: RequestRecord): void {
    if (sentNs === undefined || firstNs === undefined) return;
    this.okSums.count('cut_rows');
    this.okSums.add('cut_first_content_us', Math.round((firstNs - sentNs) / 1000));
  }

  #addChunks(contentNs: readonly number[]): void {
    let previousNs: number | undefined;
    let coalesced = 0;
    for (const atNs of contentNs) {
      if (previousNs !== undefined) {
        this.#time('inter_chunk_latency', atNs - previousNs);
        if (atNs - previousNs < COALESCED_BELOW_NS) coalesced++;
      }
      previousNs = atNs;
    }
    if (previousNs !== undefined) this.contentNs.add(previousNs);
    this.okSums.add('chunks', contentNs.length);
    this.okSums.add('coalesced', coalesced);
  }

  #addOutput(record: OkRecord, { itl }: Latencies): void {
    this.okSums.add('output_asked', record.output_tokens_asked);
    const { output_tokens: tokens, output_tokens_by: by } = record;
    if (tokens !== undefined) this.okSums.add('output_counted', tokens);
    this.okSums.count(by === undefined ? 'uncounted' : `counted_by_${by}`);
    if (record.stream_notes?.includes('counted_by_chunks')) this.okSums.count('stood_in');
    const { latency, definition, obstacle } = itl ?? {};
    if (latency !== undefined) countDuration(this.gapsPerRow, latency.parts);
    if (definition !== undefined) this.okSums.count(`itl_by_${definition}`);
    if (obstacle !== undefined) this.okSums.count(`itl_${obstacle}`);
    if (record.length_mismatch) this.okSums.count('length_mismatch');
  }

  #addPrompt(record: RequestRecord): void {
    const { input_tokens_asked: asked, prompt_tokens: counted, cached_tokens: cached } = record;
    this.okSums.add('input_tokens', counted ?? asked);
    if (counted !== undefined) {
      this.okSums.count('prompt_rows');
      this.okSums.add('prompt_requested', asked);
      this.okSums.add('prompt_counted', counted);
      this.promptDrift.add(counted - asked);
    }
    if (cached !== undefined) {
      this.okSums.count('cache_rows');
      this.okSums.add('cached_tokens', cached);
      this.okSums.add('cache_prompt_tokens', counted ?? asked);
      this.okSums.add('cache_input_asked', asked);
    }
    const hitRate = record.server_timing?.['kv_hit_rate'];
    if (hitRate !== undefined && hitRate >= 0 && hitRate <= 1) {
      this.okSums.count('hit_rate_rows');
      this.okSums.add('hit_rate_billionths', Math.round(hitRate * HIT_RATE_UNITS));
    }
  }

  #addJudgement(record: OkRecord, latencies: Latencies): void {
    const judgement = judge(record, this.objectives, latencies);
    const { isGood, isGoodFromSchedule, isGoodAsAiperf } = judgement;
    if (isGood) {
      this.okSums.count('good');
      if (record.output_tokens === undefined) this.okSums.count('good_uncounted');
      else this.okSums.add('good_tokens', record.output_tokens);
    }
    if (isGoodFromSchedule) this.okSums.count('good_from_schedule');
    if (isGoodAsAiperf) this.okSums.count('good_as_aiperf');
    const marginNs = flipMarginNs(latencies, this.objectives);
    if (marginNs !== undefined) countDuration(this.flipMargins, marginNs);
  }

  #time(tag: MetricTag, valueNs: number | undefined): void {
    if (valueNs !== undefined) this.histograms[tag].record(valueNs);
  }
}
