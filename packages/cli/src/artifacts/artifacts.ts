import { join } from 'node:path';

import {
  type Accumulator,
  type Conditions,
  type Objective,
  renderFiles,
  type RunState,
  type Summary,
} from '@trace-replay/metrics';
import {
  accumulatorState,
  type InputConfig,
  type Readings,
  type RunIdentity,
  SCHEMA_VERSION,
  type ServerMetrics,
  summarizeState,
  zeroOf,
} from '@trace-replay/metrics/internal';
import type { Run, Zero } from '@trace-replay/replayer';

import type { ArtifactError } from '../io/errors.ts';
import { exportRecords } from './export-records.ts';
import { createRecordSink, type RecordSink } from './record-sink.ts';
import type { RunDirectory } from './run-directory.ts';
import { toJson } from './write-part.ts';

/** What is known before the first row is sent. */
export interface RunOpening {
  readonly id: string;
  readonly name: string;
  readonly shard: RunIdentity['shard'] | undefined;
  readonly conditions: Conditions;
  readonly objectives: readonly Objective[];
  /** Formats of other tools to write at the end. */
  readonly exportFormats: readonly string[];
}

/** How the run came to its end. */
export interface RunClosing {
  readonly status: RunState['status'] & Summary['status'];
  readonly bodies: ReturnType<Run['bodies']>;
  /** What the run measured of itself. */
  readonly readings: Readings | undefined;
  /** What the servers' pages said, if they were scraped. */
  readonly serverMetrics: ServerMetrics | undefined;
}

/** The files of one run, from the first to the last. */
export interface Artifacts {
  readonly records: RecordSink;
  /** The zero is set: run.json gets both clocks. */
  onStarted(zero: Zero): void;
  summarize(accumulator: Accumulator, closing: RunClosing): Summary;
  /**
   * Flushes the records, writes the derived files, those of other formats and the end of run.json.
   *
   * @throws {ArtifactError} for the first file that cannot be written
   */
  save(
    summary: Summary,
    accumulator: Accumulator,
    exitCode: number,
    reason?: string,
  ): Promise<void>;
}

/**
 * Writes `input_config.json` and a `run.json` that says `running`, and opens `records.jsonl`.
 *
 * @param onError called as soon as a record cannot be written
 * @throws {ArtifactError} if a file cannot be written; nothing was sent yet
 */
export function openArtifacts(
  directory: RunDirectory,
  { id, name, shard, conditions, objectives, exportFormats }: RunOpening,
  onError: (error: ArtifactError) => void,
): Artifacts {
  const openedAt = new Date().toISOString();
  let state: RunState = {
    schema_version: SCHEMA_VERSION,
    status: 'running',
    run: { id, name, started_at: openedAt, ...(shard && { shard }) },
    conditions,
    objectives: objectives.map(({ metric, limitMs }) => ({ metric, limit_ms: limitMs })),
  };
  let said: ServerMetrics | undefined;
  const save = () => directory.write('run.json', toJson(state));
  directory.writeInRun('input_config.json', toJson(inputConfigOf(state)));
  save();
  const records = createRecordSink(join(directory.tracePath, 'records.jsonl'), onError);

  return {
    records,
    onStarted(zero) {
      state = {
        ...state,
        run: { ...state.run, started_at: new Date(zero.unixMs).toISOString() },
        zero: { unix_ms: zero.unixMs, monotonic_ns: String(zero.monotonicNs) },
      };
      save();
    },
    summarize(accumulator, { status, bodies, readings, serverMetrics }) {
      // The same two clocks as at the zero: what they disagree by is a step or a suspension.
      const end = { unix_ms: Date.now(), monotonic_ns: String(process.hrtime.bigint()) };
      const run = { ...state.run, ended_at: new Date(end.unix_ms).toISOString() };
      const ending = { bodies, end, ...(readings && { readings }) };
      const ended = { ...state, status, run, ...ending };
      const summary = summarizeState(ended, accumulator, { serverMetrics });
      said = serverMetrics;
      state = { ...state, status, run, rows: summary.rows, ...ending };
      return summary;
    },
    async save(summary, accumulator, exitCode, reason) {
      await records.close();
      const input = { summary, histograms: accumulator.histograms, zeroUnixMs: zeroOf(state) };
      for (const { path, text } of renderFiles(input)) directory.write(path, text);
      if (said) directory.write('server_metrics_summary.json', toJson(said));
      // What a merge needs, so that it need not read the records twice.
      if (state.run.shard) {
        directory.write('accumulator.json', JSON.stringify(accumulatorState(accumulator)));
      }
      await exportRecords(exportFormats, directory.tracePath, input);
      state = { ...state, exit_code: exitCode, ...(reason !== undefined && { reason }) };
      save();
    },
  };
}

/** The recipe's fields, by the recipe's names, and the conditions in full. */
export function inputConfigOf({ run, conditions, objectives }: RunState): InputConfig {
  const limitOf = (metric: string) => objectives.find((each) => each.metric === metric)?.limit_ms;
  const ttftMs = limitOf('time_to_first_token');
  const itlMs = limitOf('inter_token_latency');
  return {
    schema_version: SCHEMA_VERSION,
    deployment: run.name ?? '',
    model: conditions.model ?? '',
    trace_file: conditions.trace.file,
    trace_requests: conditions.trace.rows,
    ...(ttftMs !== undefined && { ttft_threshold_ms: ttftMs }),
    ...(itlMs !== undefined && { itl_threshold_ms: itlMs }),
    endpoint: conditions.urls.join(','),
    run,
    objectives,
    conditions,
  };
}
