import { existsSync } from 'node:fs';
import { join } from 'node:path';

import {
  Accumulator,
  formatObjectives,
  parseObjectives,
  renderText,
  type Summary,
} from '@trace-replay/metrics';
import { summarizeState, zeroOf } from '@trace-replay/metrics/internal';
import type { Command } from 'commander';
import * as z from 'zod';

import { exportRecords } from '../artifacts/export-records.ts';
import { objectivesOf, readRunState, readServerMetrics } from '../artifacts/read-json.ts';
import { readDispatchMarks } from '../artifacts/dispatch-marks.ts';
import { readRecords } from '../artifacts/read-records.ts';
import { writePictures } from '../artifacts/write-pages.ts';
import { toJson, writeWhole } from '../artifacts/write-part.ts';
import { commandOptionsSchema } from '../flags/command-options.ts';
import { addFlags, flagFor, repeated } from '../flags/flags.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark, textOptionsFor } from '../io/io.ts';

export const reportOptionsSchema = z.strictObject({
  goodput: z.string().optional().describe('judge by these objectives instead of those of the run'),
  json: z.boolean().optional().describe('print the summary as JSON'),
  verbose: commandOptionsSchema.shape.verbose,
  export: commandOptionsSchema.shape.export,
  html: commandOptionsSchema.shape.html,
  plots: z
    .string()
    .min(1)
    .optional()
    .describe('directory for the pictures of the page as SVG files'),
});

const { shape } = reportOptionsSchema;

/** Adds `report` to a program. */
export function addReportCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('report')
    .description('make the summary and the page of a run again from its records')
    .argument('<directory>', 'directory that holds run.json and records.jsonl')
    .action(async (directory: string, flags: z.input<typeof reportOptionsSchema>) =>
      io.onEnd(await report(directory, flags, io)),
    );
  addFlags(command, [
    flagFor(shape, 'goodput', '--goodput <objectives>'),
    flagFor(shape, 'json', '--json'),
    flagFor(shape, 'verbose', '--verbose'),
    flagFor(shape, 'export', '--export <format>', repeated),
    flagFor(shape, 'html', '--no-html'),
    flagFor(shape, 'plots', '--plots <directory>'),
  ]);
}

/**
 * Makes the summary of a run again from its records, also of one that was killed, also with other
 * objectives. Writes `summary.json` for a killed run that has none, and the files of `--export` and
 * `--plots`; report.html unless the run is a shard or is judged by other objectives than its own.
 */
async function report(
  directory: string,
  {
    goodput,
    json = false,
    verbose = false,
    export: formats = [],
    html = true,
    plots,
  }: z.input<typeof reportOptionsSchema>,
  io: Io,
): Promise<ExitCode> {
  const state = readRunState(directory);
  const objectives = parseObjectives(goodput ?? formatObjectives(objectivesOf(state)));
  const accumulator = new Accumulator({ objectives });
  const path = join(directory, 'records.jsonl');
  // The line under way when the run was killed.
  const onCut = () => remark(io, `The last line of ${path} is cut short and was left out.`);
  const isKilled = state.status === 'running';
  const inFlight = isKilled ? await readDispatchMarks(directory) : new Set<number>();
  for await (const record of readRecords(path, { onCut, state })) {
    accumulator.add(record);
    inFlight.delete(record.row);
  }
  accumulator.addLost(inFlight.size);
  const serverMetrics = readServerMetrics(directory);
  const summary = summarizeState(state, accumulator, { serverMetrics });
  if (summary.status === 'partial') {
    remark(
      io,
      'The run left no end: rows without a record count as not sent, or as aborted in flight ' +
        'if they had been dispatched.',
    );
    saveSummary(directory, summary, io);
  }
  const { histograms } = accumulator;
  await exportRecords(formats, directory, { summary, histograms, zeroUnixMs: zeroOf(state) });
  const text = { ...textOptionsFor(io), artifacts: directory, verbose };
  await print(io, json ? toJson(summary) : renderText(summary, text));
  const isOwn = goodput === undefined && state.run.shard === undefined;
  await writePictures({ directory, summary, objectives, html: html && isOwn, plots });
  return EXIT.ok;
}

/** A directory that may be read alone is no reason to print nothing. */
function saveSummary(directory: string, summary: Summary, io: Io): void {
  const path = join(directory, 'summary.json');
  if (existsSync(path)) return;
  try {
    writeWhole(path, toJson(summary));
  } catch (error) {
    remark(io, (error as Error).message);
  }
}
