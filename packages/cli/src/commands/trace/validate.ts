import { TraceError } from '@trace-replay/replayer';
import {
  encodeRow,
  type MendedTrace,
  mendTrace,
  openTrace,
  type TraceSource,
  validateTrace,
} from '@trace-replay/replayer/trace';
import type { Command } from 'commander';
import * as z from 'zod';

import { writeTrace } from '../../artifacts/trace-output.ts';
import { toJson } from '../../artifacts/write-part.ts';
import { addFlags, flagFor } from '../../flags/flags.ts';
import { EXIT, type ExitCode } from '../../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark } from '../../io/io.ts';
import { notUsedText } from '../../text/not-used-text.ts';
import { counted } from '../../text/text-table.ts';
import {
  BLOCK_SIZE,
  FILE,
  FORCE,
  JSON_FORM,
  type SharedValues,
  TIME_UNIT,
} from './shared-flags.ts';

const shape = {
  fix: z.string().min(1).optional().describe('write a trace with all that can be mended'),
};

type ValidateFlags = SharedValues & z.output<z.ZodObject<typeof shape>>;

/** Adds `trace validate`. */
export function addTraceValidateCommand(trace: Command, io: CommandIo): void {
  const command = trace
    .command('validate')
    .description('every problem of a trace; exit code 2 if there is one')
    .argument(...FILE)
    .action(async (file: string, flags: ValidateFlags) =>
      io.onEnd(await validate(file, flags, io)),
    );
  addFlags(command, [
    BLOCK_SIZE,
    TIME_UNIT,
    flagFor(shape, 'fix', '--fix <file>'),
    FORCE,
    JSON_FORM,
  ]);
}

/**
 * Prints every problem of a trace, or that there is none. With `fix`, writes what can be mended.
 *
 * @throws {TraceError} after the last problem, or when rows had to be left out of the mended trace
 */
async function validate(file: string, flags: ValidateFlags, io: Io): Promise<ExitCode> {
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

/** More lines help nobody; a program reads more. */
const MOST_LINES = 20;
const MOST_IN_JSON = 1000;

async function printProblems(
  source: TraceSource,
  { blockSize, timeUnit, json }: ValidateFlags,
  io: Io,
): Promise<number> {
  const validation = validateTrace(source, { blockSize, timeUnit });
  const found: object[] = [];
  const most = json ? MOST_IN_JSON : MOST_LINES;
  const unprinted = new Map<string, number>();
  let printed = 0;
  let step = await validation.next();
  for (; step.done !== true; step = await validation.next()) {
    const { message, place } = step.value;
    if (printed === most) {
      const field = place.field ?? 'no field';
      unprinted.set(field, (unprinted.get(field) ?? 0) + 1);
      continue;
    }
    printed += 1;
    if (json) found.push({ ...place, message });
    else await print(io, message);
  }
  const { rows, problems, otherFields } = step.value;
  if (json) {
    const report = { schema_version: 1, file: source.name, rows, problems: found };
    const notUsed = otherFields && { not_used: otherFields };
    await print(io, toJson({ ...report, problem_count: problems, ...notUsed }));
    return problems;
  }
  if (unprinted.size > 0) await print(io, moreProblems(unprinted));
  if (problems === 0) await print(io, `${source.name}: ${counted(rows, 'row')}, no problem`);
  if (otherFields) await print(io, notUsedText(otherFields));
  return problems;
}

function moreProblems(counts: ReadonlyMap<string, number>): string {
  const fields = Array.from(counts, ([field, count]) => `"${field}" ${count}`);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return `… and ${counted(total, 'more problem')} (${fields.join(', ')}); --json lists 1000.`;
}

async function fix(
  source: TraceSource,
  output: string,
  { blockSize, timeUnit, force }: ValidateFlags,
  io: Io,
): Promise<ExitCode> {
  const mended = await mendTrace(source, { blockSize, timeUnit });
  if (mended.rows.length === 0) {
    throw new TraceError(
      `Cannot mend trace "${source.name}": no row of it can be kept, expected one`,
      { file: source.name },
    );
  }
  await writeTrace(output, encoded(mended), io, force);
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
