import { MAX_WORKERS } from '@trace-replay/replayer/tools';
import {
  type AnalyzeOptions,
  analyzeTrace,
  openTrace,
  readRows,
} from '@trace-replay/replayer/trace';
import type { Command } from 'commander';
import * as z from 'zod';

import { toJson } from '../../artifacts/write-part.ts';
import { addFlags, flagFor, number } from '../../flags/flags.ts';
import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type CommandIo, type Io, print } from '../../io/io.ts';
import { toSnakeCase } from '../../io/snake-case.ts';
import { analysisText } from '../../text/trace-analysis-text.ts';
import {
  BLOCK_SIZE,
  count,
  FILE,
  JSON_FORM,
  positive,
  type SharedValues,
  TIME_UNIT,
} from './shared-flags.ts';

const shape = {
  workers: count
    .max(MAX_WORKERS, `expected at most ${MAX_WORKERS}`)
    .default(4)
    .describe('workers of the comparison of routers'),
  cacheTokens: z
    .array(positive)
    .min(1)
    .optional()
    .describe('cache sizes to look at, such as 1e6,4e6 (default: doubling up to the whole trace)'),
  bytesPerToken: positive.optional().describe("size of a token's keys and values: adds gigabytes"),
};

type AnalyzeFlags = SharedValues & AnalyzeOptions;

/** Adds `trace analyze`: the recipe's statistics, datagen's, arrivals, caches, routers. */
export function addTraceAnalyzeCommand(trace: Command, io: CommandIo): void {
  const command = trace
    .command('analyze')
    .description('statistics of a trace: lengths, arrivals, sharing, caches, routers')
    .argument(...FILE)
    .action(async (file: string, flags: AnalyzeFlags) => io.onEnd(await analyze(file, flags, io)));
  addFlags(command, [
    BLOCK_SIZE,
    TIME_UNIT,
    flagFor(shape, 'workers', '--workers <count>', number),
    flagFor(shape, 'cacheTokens', '--cache-tokens <sizes>', (text) => text.split(',').map(number)),
    flagFor(shape, 'bytesPerToken', '--bytes-per-token <bytes>', number),
    JSON_FORM,
  ]);
}

async function analyze(
  file: string,
  { json, timeUnit, ...options }: AnalyzeFlags,
  io: Io,
): Promise<ExitCode> {
  const source = await openTrace(file);
  try {
    const rows = readRows(source, {
      blockSize: options.blockSize,
      timeUnit,
      doubtfulUnit: 'refuse',
      blankLines: 'skip',
    });
    const analysis = await analyzeTrace(rows, options);
    const text = json
      ? toJson(toSnakeCase({ schemaVersion: 1, file, ...analysis }))
      : analysisText(file, analysis);
    await print(io, text);
    return EXIT.ok;
  } finally {
    await source.close();
  }
}
