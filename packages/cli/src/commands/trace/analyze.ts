import {
  type AnalyzeOptions,
  analyzeTrace,
  openTrace,
  readRows,
} from '@trace-replay/replayer/trace';

import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type Io, print } from '../../io/io.ts';
import { toSnakeCase } from '../../io/snake-case.ts';
import { analysisText } from '../../text/trace-analysis-text.ts';

export interface TraceAnalyzeFlags extends AnalyzeOptions {
  readonly json?: boolean;
}

/** Prints what a trace is: the recipe's statistics, datagen's, arrivals, caches, routers. */
export async function traceAnalyzeCommand(
  file: string,
  { json, ...options }: TraceAnalyzeFlags,
  io: Io,
): Promise<ExitCode> {
  const source = await openTrace(file);
  try {
    const { blockSize = 512 } = options;
    const rows = readRows(source, { blockSize, blankLines: 'skip' });
    const analysis = await analyzeTrace(rows, options);
    await print(
      io,
      json
        ? JSON.stringify(toSnakeCase({ schemaVersion: 1, file, ...analysis }), undefined, 2)
        : analysisText(file, analysis),
    );
    return EXIT.ok;
  } finally {
    await source.close();
  }
}
