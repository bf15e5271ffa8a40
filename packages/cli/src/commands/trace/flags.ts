import { replayOptionsSchema } from '@trace-replay/replayer';
import {
  COMPATS,
  MAX_WORKERS,
  parseShard,
  synthesisOptionsSchema,
} from '@trace-replay/replayer/internal';
import type { Option } from 'commander';
import { z } from 'zod';

import { flagFor, number } from '../../flags/flags.ts';

const tokens = z.int('expected an integer of at least 1').min(1, 'expected at least 1');
const positive = z.number('expected a number above 0').positive('expected a number above 0');
const milliseconds = z.number('expected milliseconds');

/** Flags of the trace tools that are no options of the libraries' own schemas. */
const shape = {
  inputFile: z
    .string()
    .min(1)
    .default('mooncake_trace.jsonl')
    .describe('trace to learn from: .jsonl, .jsonl.gz, or - for standard input'),
  outputFile: z
    .string()
    .min(1)
    .optional()
    .describe("trace to write, - for standard output (default: datagen's name beside the source)"),
  transformed: z.string().min(1).default('-').describe('trace to write, - for standard output'),
  force: z.boolean().describe('replace an output file of another content'),
  compat: z
    .enum(COMPATS, `expected ${COMPATS.join(' or ')}`)
    .default('new')
    .describe("datagen's era: that of the recipe's trace, or since September 2026"),
  workers: tokens
    .max(MAX_WORKERS, `expected at most ${MAX_WORKERS}`)
    .default(4)
    .describe('workers of the comparison of routers'),
  cacheTokens: z
    .array(positive)
    .min(1)
    .optional()
    .describe('cache sizes to look at, such as 1e6,4e6 (default: doubling up to the whole trace)'),
  bytesPerToken: positive.optional().describe("size of a token's keys and values: adds gigabytes"),
  json: z.boolean().describe('print JSON'),
  fix: z.string().min(1).optional().describe('write a trace with all that can be mended'),
  startOffset: milliseconds.optional().describe('leave out rows with an earlier timestamp'),
  endOffset: milliseconds.optional().describe('leave out rows with a later timestamp'),
  limit: tokens.optional().describe('keep at most so many rows'),
  shard: z
    .strictObject({ index: z.int(), count: z.int() })
    .optional()
    .describe('keep every n-th row from row i on, i from 0'),
  maxIsl: tokens.optional().describe('cut the end off longer inputs'),
  maxOsl: tokens.optional().describe('cut longer outputs'),
  toBlockSize: tokens.optional().describe('cut blocks into smaller ones, exactly'),
  renumberIds: z.boolean().describe('number the block ids 0, 1, 2, … by first sight'),
  speedup: positive.optional().describe('divide the timestamps by this'),
};

const synthesis = synthesisOptionsSchema.shape;
const json = flagFor(shape, 'json', '--json');
const force = flagFor(shape, 'force', '--force');
const blockSize = flagFor(replayOptionsSchema.shape, 'blockSize', '--block-size <tokens>', number);

/** Flags of each verb, in the order of `--help`. */
export const TRACE_FLAGS = {
  synthesize: [
    flagFor(shape, 'inputFile', '--input-file <file>'),
    flagFor(shape, 'outputFile', '--output-file <file>'),
    force,
    flagFor(synthesis, 'numRequests', '--num-requests <count>', number),
    flagFor(synthesis, 'prefixLenMultiplier', '--prefix-len-multiplier <factor>', number),
    flagFor(synthesis, 'prefixRootMultiplier', '--prefix-root-multiplier <count>', number),
    flagFor(synthesis, 'promptLenMultiplier', '--prompt-len-multiplier <factor>', number),
    flagFor(synthesis, 'oslMultiplier', '--osl-multiplier <factor>', number),
    flagFor(synthesis, 'maxIsl', '--max-isl <tokens>', number),
    flagFor(synthesis, 'minIsl', '--min-isl <tokens>', number),
    flagFor(synthesis, 'maxOsl', '--max-osl <tokens>', number),
    flagFor(synthesis, 'minOsl', '--min-osl <tokens>', number),
    flagFor(synthesis, 'speedupRatio', '--speedup-ratio <factor>', number),
    blockSize,
    flagFor(synthesis, 'seed', '--seed <number>', integer),
    flagFor(synthesis, 'maxRejections', '--max-rejections <count>', number),
    flagFor(shape, 'compat', '--compat <era>'),
  ],
  analyze: [
    blockSize,
    flagFor(shape, 'workers', '--workers <count>', number),
    flagFor(shape, 'cacheTokens', '--cache-tokens <sizes>', (text) => text.split(',').map(number)),
    flagFor(shape, 'bytesPerToken', '--bytes-per-token <bytes>', number),
    json,
  ],
  validate: [blockSize, flagFor(shape, 'fix', '--fix <file>'), force, json],
  transform: [
    flagFor(shape, 'transformed', '--output-file <file>'),
    force,
    blockSize,
    flagFor(shape, 'startOffset', '--start-offset <ms>', number),
    flagFor(shape, 'endOffset', '--end-offset <ms>', number),
    flagFor(shape, 'limit', '--limit <rows>', number),
    flagFor(shape, 'shard', '--shard <i/n>', parseShard),
    flagFor(shape, 'maxIsl', '--max-isl <tokens>', number),
    flagFor(shape, 'maxOsl', '--max-osl <tokens>', number),
    flagFor(shape, 'toBlockSize', '--to-block-size <tokens>', number),
    flagFor(shape, 'renumberIds', '--renumber-ids'),
    flagFor(shape, 'speedup', '--speedup <factor>', number),
  ],
} as const satisfies Record<string, readonly Option[]>;

/** Plain digits, exact however many. */
function integer(text: string): number | bigint {
  if (!/^\d+$/.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
