import { basename, dirname, join } from 'node:path';

import {
  resolveSynthesisOptions,
  synthesisFileName,
  COMPATS,
  synthesisOptionsSchema,
} from '@trace-replay/replayer/tools';
import {
  encodeRow,
  learnTrace,
  openTrace,
  type SynthesisOptions,
  synthesize,
} from '@trace-replay/replayer/trace';
import type { Command } from 'commander';
import * as z from 'zod';

import { writeTrace } from '../../artifacts/trace-output.ts';
import { addFlags, flagFor, number } from '../../flags/flags.ts';
import { UsageError } from '../../io/errors.ts';
import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark } from '../../io/io.ts';
import { SynthesisReport } from '../../text/synthesis-report.ts';
import { BLOCK_SIZE, FORCE, type SharedValues, TIME_UNIT } from './shared-flags.ts';

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
  compat: z
    .enum(COMPATS, `expected ${COMPATS.join(' or ')}`)
    .default('new')
    .describe("datagen's era: that of the recipe's trace, or since September 2026"),
};
const synthesis = synthesisOptionsSchema.shape;

type SynthesizeFlags = SynthesisOptions & SharedValues & z.output<z.ZodObject<typeof shape>>;

/** Adds `trace synthesize`. */
export function addTraceSynthesizeCommand(trace: Command, io: CommandIo): void {
  const command = trace
    .command('synthesize')
    .description(`make a trace that resembles another, as Dynamo's datagen does`)
    .action(async (flags: SynthesizeFlags) => io.onEnd(await synthesizeTrace(flags, io)));
  addFlags(command, [
    flagFor(shape, 'inputFile', '--input-file <file>'),
    flagFor(shape, 'outputFile', '--output-file <file>'),
    FORCE,
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
    BLOCK_SIZE,
    TIME_UNIT,
    flagFor(synthesis, 'seed', '--seed <number>', integer),
    flagFor(synthesis, 'maxRejections', '--max-rejections <count>', number),
    flagFor(shape, 'compat', '--compat <era>'),
  ]);
}

/** Plain digits, exact however many. */
function integer(text: string): number | bigint {
  if (!/^\d+$/.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** Writes a trace that resembles another: `datagen synthesize`, and what it does not say. */
async function synthesizeTrace(flags: SynthesizeFlags, io: Io): Promise<ExitCode> {
  const { inputFile, outputFile, blockSize, timeUnit, compat, force, ...given } = flags;
  const options = resolveSynthesisOptions(given);
  const output = outputFile ?? defaultOutput(inputFile, options);
  const source = await openTrace(inputFile);
  try {
    const model = await learnTrace(source, { compat, blockSize, timeUnit });
    const synthesis = synthesize(model, options);
    const report = new SynthesisReport(model, options);
    const lines = function* () {
      for (const row of synthesis.rows()) {
        report.add(row);
        yield encodeRow(row, { floatTimestamps: compat === 'new' });
      }
    };
    await writeTrace(output, lines(), io, force);
    for (const warning of report.warnings()) remark(io, warning);
    const text = report.text(output, synthesis.tally());
    if (output === '-') remark(io, text);
    else await print(io, text);
    return EXIT.ok;
  } finally {
    await source.close();
  }
}

/** The recipe's name for a trace, beside the source. */
function defaultOutput(
  inputFile: string,
  options: ReturnType<typeof resolveSynthesisOptions>,
): string {
  if (inputFile === '-') {
    throw new UsageError(
      'Cannot name the output of a trace from standard input, expected --output-file',
    );
  }
  // What is written is not packed, whatever the source is.
  const [, stem = '', suffix = ''] =
    /^(.+?)(\.[^.]+)?$/.exec(basename(inputFile).replace(/\.gz$/, '')) ?? [];
  return join(dirname(inputFile), synthesisFileName(stem, suffix, options));
}
