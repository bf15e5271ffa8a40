import { join } from 'node:path';

import {
  type ComparedSide,
  type Comparison,
  type Objective,
  renderComparisonJson,
  renderComparisonMarkdown,
  renderComparisonText,
} from '@trace-replay/metrics';

import { compareRuns } from './compare-runs.ts';
import { readRun } from '../artifacts/read-run.ts';
import { writeWhole } from '../artifacts/run-directory.ts';

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
  writeWhole(join(root, 'comparison.txt'), renderComparisonText(comparison, { artifacts: root }));
  return comparison;
}
