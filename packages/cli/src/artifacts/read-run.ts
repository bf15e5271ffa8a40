import { join } from 'node:path';

import { Accumulator, type ComparedRun, type Objective, RunCollector } from '@trace-replay/metrics';
import { summarizeState } from '@trace-replay/metrics/internal';

import { objectivesOf, readRunState } from './read-json.ts';
import { readRecords } from './read-records.ts';

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
  const judgedBy = objectives ?? objectivesOf(state);
  const accumulator = new Accumulator({ objectives: judgedBy });
  const collector = new RunCollector({ objectives: judgedBy });
  for await (const record of readRecords(join(directory, 'records.jsonl'), { state })) {
    accumulator.add(record);
    collector.add(record);
  }
  // A comparison judges a merged run by its readings, not shard by shard.
  const summary = summarizeState({ ...state, shards: undefined }, accumulator);
  return { summary, objectives: judgedBy, rows: collector.rows, load: collector.load(), directory };
}
