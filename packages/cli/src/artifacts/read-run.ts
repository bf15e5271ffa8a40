import { join } from 'node:path';

import { Accumulator, type ComparedRun, type Objective, RunCollector, summarize } from '@trace-replay/metrics';
import { rowsOf } from '@trace-replay/metrics/internal';

import { readRecords } from './read-records.ts';
import { readRunState } from './read-run-state.ts';

/**
 * One run as a comparison takes it, made again from its records.
 *
 * @param directory that holds run.json and records.jsonl
 * @param objectives to judge by; those of the run unless given
 * @throws {UsageError} if a file is missing or cannot be read
 */
export async function readRun(
  directory: string,
  objectives?: readonly Objective[],
): Promise<ComparedRun> {
  const state = readRunState(directory);
  const judgedBy =
    objectives ?? state.objectives.map(({ metric, limit_ms: limitMs }) => ({ metric, limitMs }));
  const accumulator = new Accumulator({ objectives: judgedBy });
  const collector = new RunCollector({ objectives: judgedBy });
  for await (const record of readRecords(join(directory, 'records.jsonl'))) {
    accumulator.add(record);
    collector.add(record);
  }
  const { conditions, run, status, bodies, readings } = state;
  const totalRows = rowsOf(run, conditions);
  const summary = summarize(accumulator, {
    status: status === 'running' ? 'partial' : status,
    run,
    conditions,
    totalRows,
    notSent: totalRows - collector.rows.length,
    ...(bodies && { bodies }),
    readings,
  });
  const { rows } = collector;
  return { summary, objectives: judgedBy, rows, load: collector.load(), directory };
}
