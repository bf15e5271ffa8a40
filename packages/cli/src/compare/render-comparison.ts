import { join } from 'node:path';

import {
  type ComparedSide,
  type Comparison,
  type Objective,
  renderComparisonMarkdown,
  renderComparisonText,
  renderComparisonJson,
} from '@trace-replay/metrics';
import * as z from 'zod';

import { readRun } from '../artifacts/read-run.ts';
import { writeWhole } from '../artifacts/write-part.ts';
import { commandOptionsSchema } from '../flags/command-options.ts';
import { type Io, textOptionsFor } from '../io/io.ts';
import { compareRuns } from './compare-runs.ts';

/** How a comparison is printed; as text by default. */
export const comparisonFormSchema = z.strictObject({
  json: z.boolean().default(false).describe('print comparison.json'),
  markdown: z.boolean().default(false).describe('print Markdown'),
  verbose: commandOptionsSchema.shape.verbose,
});

/** The comparison in the form that the flags ask for, as wide and as coloured as stdout allows. */
export function renderComparison(
  comparison: Comparison,
  { json, markdown, verbose }: z.output<typeof comparisonFormSchema>,
  io: Io,
  artifacts?: string,
): string {
  if (json) return renderComparisonJson(comparison);
  if (markdown) return renderComparisonMarkdown(comparison);
  const text = { ...textOptionsFor(io), verbose, ...(artifacts && { artifacts }) };
  return renderComparisonText(comparison, text);
}

/**
 * Compares the runs below `root`, repeat by repeat, and writes `comparison.json`, `.md` and `.txt`
 * into it. A repeat that only one side has is left out.
 *
 * @returns `undefined` if no repeat is there on all sides
 */
export async function saveComparison(
  root: string,
  sides: readonly { readonly name: string; readonly directories: readonly string[] }[],
  objectives: readonly Objective[],
): Promise<Comparison | undefined> {
  const repeats = Math.min(...sides.map(({ directories }) => directories.length));
  if (repeats === 0) return undefined;
  const compared: ComparedSide[] = [];
  for (const { name, directories } of sides) {
    const runs = [];
    for (const directory of directories.slice(0, repeats)) {
      runs.push(await readRun(directory, objectives));
    }
    compared.push({ name, runs });
  }
  const comparison = compareRuns(compared, []);
  writeWhole(join(root, 'comparison.json'), renderComparisonJson(comparison));
  writeWhole(join(root, 'comparison.md'), renderComparisonMarkdown(comparison));
  const text = renderComparisonText(comparison, { artifacts: root, verbose: true });
  writeWhole(join(root, 'comparison.txt'), text);
  return comparison;
}
