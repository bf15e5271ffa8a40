import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  Accumulator,
  formatObjectives,
  parseObjectives,
  parseRecord,
  renderText,
  type RunState,
  runStateSchema,
  summarize,
  type Summary,
} from '@trace-replay/metrics';

import { UsageError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Io, print, remark } from '../io.ts';
import { readLines } from '../read-lines.ts';

export interface ReportFlags {
  readonly goodput?: string;
  readonly json?: boolean;
}

/**
 * Makes the summary of a run again from its records, also of one that was killed, also with other
 * objectives. Writes no file.
 */
export async function reportCommand(
  directory: string,
  { goodput, json }: ReportFlags,
  io: Io,
): Promise<ExitCode> {
  const state = readRunState(directory);
  const objectives = parseObjectives(goodput ?? formatObjectives(objectivesOf(state)));
  const accumulator = new Accumulator({ objectives });
  const path = join(directory, 'records.jsonl');
  let records = 0;
  let lineNumber = 0;
  for await (const { text, isCut } of readLines(createReadStream(path))) {
    lineNumber++;
    if (isCut) {
      // The line under way when the run was killed.
      remark(io, `The last line of ${path} is cut short and was left out.`);
      break;
    }
    try {
      accumulator.add(parseRecord(text));
    } catch (error) {
      const { message } = error as Error;
      throw new UsageError(`Cannot read "${path}" line ${lineNumber}: ${message}`, {
        cause: error,
      });
    }
    records++;
  }
  const summary = summaryOf(state, accumulator, records);
  if (summary.status === 'partial') {
    remark(io, `The run left no end: rows without a record count as not sent.`);
  }
  await print(
    io,
    json ? JSON.stringify(summary, undefined, 2) : renderText(summary, { artifacts: directory }),
  );
  return EXIT.ok;
}

function summaryOf(state: RunState, accumulator: Accumulator, records: number): Summary {
  const { conditions, run, status, bodies } = state;
  const totalRows = conditions.trace.selected_rows;
  return summarize(accumulator, {
    status: status === 'running' ? 'partial' : status,
    run,
    conditions,
    totalRows,
    notSent: totalRows - records,
    ...(bodies && { bodies }),
  });
}

function objectivesOf(state: RunState) {
  return state.objectives.map(({ metric, limit_ms: limitMs }) => ({ metric, limitMs }));
}

function readRunState(directory: string): RunState {
  const path = join(directory, 'run.json');
  if (!existsSync(path)) {
    throw new UsageError(
      `Cannot report "${directory}": it holds no run.json, expected a directory of a run` +
        '\n  It is <artifact-dir>/<epoch>_<name>/<trace>, as the end of the report says.',
    );
  }
  try {
    return runStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": it is not the run.json of this version`, {
      cause: error,
    });
  }
}
