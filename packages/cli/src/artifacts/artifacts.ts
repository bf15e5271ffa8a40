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
import { EXIT } from '../io/exit-codes.ts';
import { createDispatchMarks } from './dispatch-marks.ts';
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
  /** A row was handed to the client: should the process be killed, it was in flight. */
  onDispatched(row: number): void;
  /** The zero is set: run.json gets both clocks. */
  onStarted(zero: Zero): void;
  summarize(accumulator: Accumulator, closing: RunClosing): Summary;
  /**
   * Flushes the records, writes the derived files, those of other formats and the end of run.json.
   * A file that cannot be written costs no other one.
   *
   * @throws {ArtifactError} for the first file that cannot be written, after the last one
   */
  save(
    summary: Summary,
    accumulator: Accumulator,
    exitCode: number,
    reason?: string,
  ): Promise<void>;
  /** Writes the end of run.json alone, for a run whose summary cannot be made. */
  fail(reason: string): void;
}

/** A reason, counts, and when it ended. */
const END_BYTES = 1024;

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
  // Of a run that goes on with room behind it, for the words of its end on a disk that is full.
  const room = () => (state.status === 'running' ? `${' '.repeat(END_BYTES)}\n` : '');
  const save = () => directory.write('run.json', toJson(state) + room());
  directory.writeInRun('input_config.json', toJson(inputConfigOf(state)));
  save();
  const records = createRecordSink(join(directory.tracePath, 'records.jsonl'), onError);
  const marks = createDispatchMarks(directory.tracePath);

  /** What is left where there is no room for more: who reads it learns how the run ended. */
  function saveEnd(exitCode: number, reason: string | undefined): void {
    state = { ...state, exit_code: exitCode, ...(reason !== undefined && { reason }) };
    try {
      save();
    } catch (error) {
      const { bodies: _, readings: _readings, ...least } = state;
      directory.overwrite('run.json', JSON.stringify(least));
      throw error;
    }
  }

  return {
    records,
    onDispatched: (row) => marks.add(row),
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
      const problems: unknown[] = [];
      const attempt = async (write: () => void | Promise<void>) => {
        try {
          await write();
        } catch (error) {
          problems.push(error);
        }
      };
      await attempt(() => records.close());
      const hasRecords = problems.length === 0;
      const input = { summary, histograms: accumulator.histograms, zeroUnixMs: zeroOf(state) };
      await attempt(() => directory.write('summary.json', toJson(summary)));
      for (const { path, text } of renderFiles(input)) {
        await attempt(() => directory.write(path, text));
      }
      if (said) {
        const text = toJson(said);
        await attempt(() => directory.write('server_metrics_summary.json', text));
      }
      // What a merge needs, so that it need not read the records twice.
      if (state.run.shard) {
        const text = JSON.stringify(accumulatorState(accumulator));
        await attempt(() => directory.write('accumulator.json', text));
      }
      if (hasRecords) await attempt(() => exportRecords(exportFormats, directory.tracePath, input));
      await marks.remove();
      const [problem] = problems as Error[];
      const code = problem ? EXIT.artifact : exitCode;
      await attempt(() => saveEnd(code, reason ?? problem?.message));
      if (problems.length > 0) throw problems[0];
    },
    fail(reason) {
      const ended_at = new Date().toISOString();
      state = { ...state, status: 'failed', run: { ...state.run, ended_at } };
      saveEnd(EXIT.internal, reason);
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
