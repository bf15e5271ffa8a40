import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

import { judgeCases, runCases } from './calibration/calibrate.ts';
import { calibrationLines } from './calibration/lines.ts';
import { type QuietRun, quietLines, runQuietly } from './run/fidelity-quiet.ts';
import { LEVELS } from './levels/levels.ts';
import {
  EMISSION_HEAD,
  EMITTERS,
  emissionCells,
  type EmitterName,
  measureMockEmission,
} from './real-clock/mock-emission.ts';
import { type BenchOptions, readOptions, USAGE } from './run/options.ts';
import { buildCapture, gatherParties, type Parties } from './run/parties.ts';
import { type LevelResult, saveResults } from './run/results.ts';
import { ROOT } from './input/root.ts';
import { runLevel } from './run/run-level.ts';
import { alignColumns, measureLines, targetLines, verdictLines } from './figures/table.ts';

/** `npm run bench`: the levels that were asked for, a table each, and a file with everything. */
async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options === 'help') return print([USAGE]);
  if (process.platform !== 'linux') {
    throw new Error(`Cannot bench on ${process.platform}: expected Linux, for its /proc`);
  }
  if (options.command === 'mock') return measureMock(options);
  if (options.command === 'calibration') return calibrate(options);
  const startedAt = new Date();
  const parties = gatherParties(options);
  const { pairs, isQuick } = options;
  const load = loadavg().map((value) => value.toFixed(2));
  print([
    `server: ${parties.kind.name} · ${cpus().length} processors · load average ${load.join(' ')}`,
    ...parties.remarks,
    ...(isQuick ? ['Quick: runs are too short for figures.'] : []),
  ]);
  if (options.command === 'fidelity-quiet') return judgeQuietRuns(parties, pairs);
  const levels: LevelResult[] = [];
  const seconds = Math.floor(startedAt.getTime() / 1000);
  const file = options.json ?? fileURLToPath(new URL(`artifacts/bench-${seconds}.json`, ROOT));
  for (const level of LEVELS.filter(({ name }) => options.levels.includes(name))) {
    const say = (text: string) => process.stderr.write(`${text}\n`);
    const result = await runLevel(level, parties, { pairs, isQuick, say });
    levels.push(result);
    print(['', `${level.name} · ${level.title} · ${pairs} ${pairs === 1 ? 'pair' : 'pairs'}`, '']);
    print([...measureLines(result.subjects, result.pairs), '', ...targetLines(result.targets)]);
    if (result.verdicts.length > 0) print(['', ...verdictLines(result.verdicts)]);
    // After each level: a bench of hours that is cut short leaves what it has.
    const { replayFlags } = options;
    saveResults(file, { startedAt, server: parties.kind.name, isQuick, replayFlags, levels });
  }
  print(['', file]);
}

/** Exit code 1 if a quiet run is not valid, or too few were quiet to tell. */
async function judgeQuietRuns({ clients, kind }: Parties, pairs: number): Promise<void> {
  const onRun = (run: QuietRun) => print(quietLines(run));
  const runs = await runQuietly(pairs, { client: clients.replay, kind, onRun });
  const valid = runs.filter(({ verdict }) => verdict === 'valid').length;
  print(['', `${valid} of ${runs.length} quiet runs are valid, ${pairs} were wanted`]);
  if (valid < pairs) process.exitCode = 1;
}

/** Runs what is missing, then judges all that is there. */
async function calibrate(options: BenchOptions): Promise<void> {
  const { rounds, budgetMs, only } = options;
  const directory = options.into ?? fileURLToPath(new URL('artifacts/calibration', ROOT));
  const { kind } = gatherParties({ ...options, server: 'referee' });
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const run = { directory, rounds, budgetMs, ...(only !== undefined && { only }), say };
  await runCases({ kind, capture: buildCapture() }, run);
  print(calibrationLines(judgeCases(directory)));
}

/** A line for each emitter and pair. */
async function measureMock({ pairs, isQuick }: BenchOptions): Promise<void> {
  const rows: (readonly string[])[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    for (const name of Object.keys(EMITTERS) as EmitterName[]) {
      rows.push(emissionCells(name, await measureMockEmission(name, isQuick ? 3 : 30)));
    }
  }
  print([`load average ${loadavg()[0]?.toFixed(2)}`, ...alignColumns([EMISSION_HEAD, ...rows])]);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
