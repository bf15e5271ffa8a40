import { basename, dirname, join } from 'node:path';

import { resolveSynthesisOptions, synthesisFileName } from '@trace-replay/replayer/internal';
import {
  type Compat,
  encodeRow,
  learnTrace,
  openTrace,
  type SynthesisOptions,
  synthesize,
} from '@trace-replay/replayer/trace';

import { UsageError } from '../../io/errors.ts';
import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type Io, print, remark } from '../../io/io.ts';
import { SynthesisReport } from '../../text/synthesis-report.ts';
import { writeTrace } from '../../artifacts/trace-output.ts';

export interface TraceSynthesizeFlags extends SynthesisOptions {
  readonly inputFile: string;
  readonly outputFile?: string;
  readonly blockSize: number;
  readonly compat: Compat;
  readonly force?: boolean;
}

/** Writes a trace that resembles another: `datagen synthesize`, and what it does not say. */
export async function traceSynthesizeCommand(
  flags: TraceSynthesizeFlags,
  io: Io,
): Promise<ExitCode> {
  const { inputFile, outputFile, blockSize, compat, force, ...given } = flags;
  const options = resolveSynthesisOptions(given);
  const output = outputFile ?? defaultOutput(inputFile, compat, given);
  const source = await openTrace(inputFile);
  try {
    const model = await learnTrace(source, { compat, blockSize });
    const synthesis = synthesize(model, options);
    const report = new SynthesisReport(model, options);
    const lines = function* () {
      for (const row of synthesis.rows()) {
        report.add(row);
        yield encodeRow(row, { floatTimestamps: compat === 'new' });
      }
    };
    await writeTrace(output, lines(), io, { force });
    for (const warning of report.warnings()) remark(io, warning);
    const text = report.text(output, synthesis.tally());
    if (output === '-') remark(io, text);
    else await print(io, text);
    return EXIT.ok;
  } finally {
    await source.close();
  }
}

/** datagen's name, beside the source. */
function defaultOutput(inputFile: string, compat: Compat, options: SynthesisOptions): string {
  if (inputFile === '-') {
    throw new UsageError(
      'Cannot name the output of a trace from standard input, expected --output-file',
    );
  }
  // What is written is not packed, whatever the source is.
  const [, stem = '', suffix = ''] =
    /^(.+?)(\.[^.]+)?$/.exec(basename(inputFile).replace(/\.gz$/, '')) ?? [];
  const name = synthesisFileName(stem, suffix, compat, resolveSynthesisOptions(options));
  return join(dirname(inputFile), name);
}
