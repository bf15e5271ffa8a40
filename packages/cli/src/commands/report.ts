import { join } from 'node:path';

import {
  Accumulator,
  formatObjectives,
  parseObjectives,
  renderText,
  type RunState,
  summarize,
  type Summary,
} from '@trace-replay/metrics';
import { rowsOf, type ServerMetrics } from '@trace-replay/metrics/internal';

import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { exportRecords } from '../artifacts/export-records.ts';
import { type Io, print, remark } from '../io/io.ts';
import { readRecords } from '../artifacts/read-records.ts';
import { readRunState, zeroOf } from '../artifacts/read-run-state.ts';
import { readServerMetrics } from '../artifacts/read-server-metrics.ts';

export interface ReportFlags {
  readonly goodput?: string;
  readonly json?: boolean;
  readonly export?: readonly string[];
}

/**
 * Makes the summary of a run again from its records, also of one that was killed, also with other
 * objectives. Writes no file but those of `--export`.
 */
export async function reportCommand(
  directory: string,
  { goodput, json, export: formats = [] }: ReportFlags,
  io: Io,
): Promise<ExitCode> {
  const state = readRunState(directory);
  const objectives = parseObjectives(goodput ?? formatObjectives(objectivesOf(state)));
  const accumulator = new Accumulator({ objectives });
  const path = join(directory, 'records.jsonl');
  let records = 0;
  // The line under way when the run was killed.
  const onCut = () => remark(io, `The last line of ${path} is cut short and was left out.`);
  for await (const record of readRecords(path, onCut)) {
    accumulator.add(record);
    records++;
  }
  const serverMetrics = readServerMetrics(directory);
  const summary = summaryOf(state, accumulator, { records, serverMetrics });
  if (summary.status === 'partial') {
    remark(io, `The run left no end: rows without a record count as not sent.`);
  }
  const input = { summary, histograms: accumulator.histograms };
  await exportRecords(formats, directory, { ...input, zeroUnixMs: zeroOf(state) });
  await print(
    io,
    json ? JSON.stringify(summary, undefined, 2) : renderText(summary, { artifacts: directory }),
  );
  return EXIT.ok;
}

interface Beside {
  readonly records: number;
  readonly serverMetrics: ServerMetrics | undefined;
}

function summaryOf(
  state: RunState,
  accumulator: Accumulator,
  { records, serverMetrics }: Beside,
): Summary {
  const { conditions, run, status, bodies, readings } = state;
  const totalRows = rowsOf(run, conditions);
  return summarize(accumulator, {
    status: status === 'running' ? 'partial' : status,
    run,
    conditions,
    totalRows,
    notSent: totalRows - records,
    ...(bodies && { bodies }),
    readings,
    zeroUnixMs: zeroOf(state),
    serverMetrics,
    shards: state.shards,
  });
}

function objectivesOf(state: RunState) {
  return state.objectives.map(({ metric, limit_ms: limitMs }) => ({ metric, limitMs }));
}
