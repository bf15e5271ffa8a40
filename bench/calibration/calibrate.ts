import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { answeredByMs } from '../input/trace.ts';
import { CASES, type CalibrationCase } from './cases.ts';
import { type CaseTools, runCase } from './run-case.ts';
import { readCase } from './run-files.ts';
import { type JudgedCase, judgeCase } from './truth.ts';

export interface CalibrationOptions {
  /** Keeps every run; a calibration goes on where the last one ended. */
  readonly directory: string;
  /** Runs of each case. */
  readonly rounds: number;
  /** No run begins that would end later than this. */
  readonly budgetMs: number;
  /** Part of the names of the cases to run; absent for all. */
  readonly only?: string;
  readonly say: (text: string) => void;
}

/** A case takes so long beside its rows: processes, the capture's end, reading. */
const OVERHEAD_MS = 3500;

/** Runs what is still missing, as far as the budget goes. */
export async function runCases(tools: CaseTools, options: CalibrationOptions): Promise<void> {
  const { directory, rounds, budgetMs, only = '', say } = options;
  mkdirSync(directory, { recursive: true });
  const endMs = performance.now() + budgetMs;
  for (let round = 1; round <= rounds; round += 1) {
    for (const each of CASES.filter(({ name }) => name.includes(only))) {
      const into = join(directory, `${each.name.replace('/', '+')}+${round}`);
      if (existsSync(into)) continue;
      if (performance.now() + expectedMs(each) > endMs) return;
      const { exitCode } = await runCase(each, tools, into);
      say(`${each.name}, round ${round}: exit code ${exitCode}`);
    }
  }
}

function expectedMs({ rows, server, disturbance }: CalibrationCase): number {
  return answeredByMs(rows, server) + (disturbance.stopMs ?? 0) + OVERHEAD_MS;
}

/** Judges every run in the directory, and writes what was found beside them. */
export function judgeCases(directory: string): readonly JudgedCase[] {
  const judged = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'case.json')))
    .map(({ name }) => judgeCase(readCase(join(directory, name))));
  const text = `${JSON.stringify({ schema_version: 1, cases: judged }, undefined, 2)}\n`;
  writeFileSync(join(directory, 'calibration.json'), text);
  return judged;
}
