import { TraceError } from '@trace-replay/replayer';
import {
  encodeRow,
  type MendedTrace,
  mendTrace,
  openTrace,
  type TraceSource,
  validateTrace,
} from '@trace-replay/replayer/trace';
import { formatDecimal } from '@trace-replay/metrics/internal';

import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type Io, print, remark } from '../../io/io.ts';
import { writeTrace } from '../../artifacts/trace-output.ts';

export interface TraceValidateFlags {
  readonly blockSize?: number;
  readonly json?: boolean;
  readonly fix?: string;
  readonly force?: boolean;
}

/**
 * Prints every problem of a trace, or that there is none. With `fix`, writes what can be mended.
 *
 * @throws {TraceError} after the last problem, or when rows had to be left out of the mended trace
 */
export async function traceValidateCommand(
  file: string,
  flags: TraceValidateFlags,
  io: Io,
): Promise<ExitCode> {
  const source = await openTrace(file);
  try {
    const problems = await printProblems(source, flags, io);
    if (flags.fix !== undefined && problems > 0) return await fix(source, flags.fix, flags, io);
    if (problems === 0) return EXIT.ok;
    throw new TraceError(
      `Cannot accept trace "${file}": it has ${counted(problems, 'problem')}, expected none`,
      { file },
    );
  } finally {
    await source.close();
  }
}

async function printProblems(
  source: TraceSource,
  { blockSize, json }: TraceValidateFlags,
  io: Io,
): Promise<number> {
  const validation = validateTrace(source, blockSize === undefined ? {} : { blockSize });
  const found: object[] = [];
  let step = await validation.next();
  for (; step.done !== true; step = await validation.next()) {
    const { message, place } = step.value;
    if (json) found.push({ ...place, message });
    else await print(io, message);
  }
  const { rows, problems } = step.value;
  if (json) {
    const report = { schema_version: 1, file: source.name, rows, problems: found };
    await print(io, JSON.stringify(report, undefined, 2));
  } else if (problems === 0) {
    await print(io, `${source.name}: ${counted(rows, 'row')}, no problem`);
  }
  return problems;
}

async function fix(
  source: TraceSource,
  output: string,
  { blockSize, force }: TraceValidateFlags,
  io: Io,
): Promise<ExitCode> {
  const mended = await mendTrace(source, blockSize === undefined ? {} : { blockSize });
  if (mended.rows.length === 0) {
    throw new TraceError(
      `Cannot mend trace "${source.name}": no row of it can be kept, expected one`,
      { file: source.name },
    );
  }
  await writeTrace(output, encoded(mended), io, { force });
  for (const done of whatWasDone(mended)) remark(io, done);
  remark(io, `Wrote ${counted(mended.rows.length, 'row')} to ${output}.`);
  const { leftOut } = mended;
  if (leftOut.length === 0) return EXIT.ok;
  throw new TraceError(
    `Cannot mend all of trace "${source.name}": rows with ${counted(leftOut.length, 'problem')} ` +
      `are left out of "${output}", expected none\n  They are listed above, by their line.`,
    { file: source.name },
  );
}

function whatWasDone({ moved, renumbered, blankLines }: MendedTrace): string[] {
  return [
    ...(moved > 0 ? [`Sorted by timestamp: ${counted(moved, 'row')} moved.`] : []),
    ...(renumbered > 0 ? [`Numbered ${counted(renumbered, 'block id')} anew.`] : []),
    ...(blankLines > 0 ? [`Left out ${counted(blankLines, 'blank line')}.`] : []),
  ];
}

function* encoded({ rows }: MendedTrace): Generator<string> {
  for (const row of rows) yield encodeRow(row);
}

function counted(count: number, noun: string): string {
  return `${formatDecimal(count)} ${noun}${count === 1 ? '' : 's'}`;
}
