import { join } from 'node:path';

import type { Objective, Summary } from '@trace-replay/metrics';
import { formatDecimal, formatShort } from '@trace-replay/metrics/internal';
import { planReplay, type ReplayOptions, waitForTargets } from '@trace-replay/replayer';

import { removeEmpty } from '../artifacts/run-directory.ts';
import type { CommandOptions } from '../flags/command-options.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, remark } from '../io/io.ts';
import { runReplay } from '../run/run-replay.ts';

interface Side {
  readonly name: string;
  readonly urls: readonly string[];
}

export interface SidesOrder {
  readonly sides: readonly [Side, Side];
  readonly repeats: number;
  /** The directory of all these runs: `<root>/<side>/<epoch>_<side>_seed-<seed>/<trace>`. */
  readonly root: string;
  /** Of every run; repeat k, from 0, has `seed` + k on both sides. */
  readonly replay: ReplayOptions & { readonly seed: number };
  readonly command: CommandOptions;
  readonly objectives: readonly Objective[];
}

/** What became of the runs. */
export interface EndedSides {
  /** The runs that sent all their rows, in the order of their repeats. */
  readonly sides: readonly { readonly name: string; readonly directories: readonly string[] }[];
  readonly codes: readonly ExitCode[];
  /** What kept one of them from starting; those after it were not made. */
  readonly error?: unknown;
}

/**
 * Replays against both sides in turns. A run that does not complete is the last one: somebody
 * stopped it, or something is broken that would break the next one too.
 *
 * No repeat has the prompts of another, so that none meets its own in a warm cache.
 *
 * @throws what keeps the very first run from starting
 */
export async function runSides(
  { sides, repeats, root, replay, command, objectives }: SidesOrder,
  io: Io,
): Promise<EndedSides> {
  const codes: ExitCode[] = [];
  const soFar = { sides: sides.map(({ name }) => ({ name, directories: [] as string[] })), codes };
  for (const { side, repeat } of abOrder(repeats)) {
    const { name, urls } = sides[side];
    const seed = replay.seed + repeat;
    if (command.progress !== 'none') {
      remark(io, `${name}, run ${repeat + 1} of ${repeats}, seed ${seed} …`);
    }
    const runId = `${Math.floor(Date.now() / 1000)}_${name}_seed-${seed}`;
    let ended;
    try {
      ended = await runReplay(
        {
          replay: { ...replay, urls: [...urls], seed, runId },
          command: { ...command, name, artifactDir: join(root, name) },
          objectives,
          failConditions: [],
          isBrief: true,
        },
        io,
      );
    } catch (error) {
      for (const path of [join(root, name), root]) removeEmpty(path);
      if (codes.length === 0) throw error;
      return { ...soFar, error };
    }
    if (!ended) {
      codes.push(EXIT.signal);
      return soFar;
    }
    const { code, summary, directory, remarks } = ended;
    codes.push(code);
    if (command.progress !== 'none') remark(io, `  ${summaryLine(summary)}`);
    if (code !== EXIT.ok) for (const text of remarks) remark(io, text);
    if (summary.status !== 'completed') return soFar;
    soFar.sides[side]!.directories.push(directory);
  }
  return soFar;
}

function summaryLine({ status, rows, goodput, fidelity, ...rest }: Summary): string {
  const facts = [status, `${formatDecimal(rows.ok)} of ${formatDecimal(rows.total)} rows ok`];
  const { duration_seconds: seconds } = rest;
  if (goodput !== undefined) facts.push(`${formatDecimal(goodput.good)} good`);
  if (seconds !== undefined) facts.push(`${formatShort(seconds, 1)} s`);
  if (fidelity !== undefined) facts.push(`measurement ${fidelity.verdict}`);
  return facts.join(' · ');
}

const SIDES_OF_TWO_REPEATS = [0, 1, 1, 0] as const;

/**
 * In what order the runs are made: A1 B1 B2 A2 A3 B3 …, so that what changes steadily on the way (a
 * machine that warms up, neighbours that come) falls on both sides alike. Repeats count from 0.
 */
export function abOrder(repeats: number) {
  return Array.from({ length: 2 * repeats }, (_, turn) => ({
    side: SIDES_OF_TWO_REPEATS[turn % 4] ?? 0,
    repeat: Math.floor(turn / 2),
  }));
}

/**
 * The model that all sides list, found before hours of replaying are spent on sides that cannot be
 * compared. Reads and checks the trace and the options as well.
 *
 * @throws {UsageError} if they list different ones
 * @throws whatever keeps a replay from starting
 */
export async function agreeOnModel(
  replay: ReplayOptions,
  sides: readonly (readonly string[])[],
): Promise<string> {
  const models: string[] = [];
  for (const urls of sides) {
    const plan = await planReplay({ ...replay, urls: [...urls] });
    try {
      models.push(await waitForTargets(plan));
    } finally {
      await plan.source.close();
    }
  }
  const [model = '', ...others] = models;
  const other = others.find((each) => each !== model);
  if (other === undefined) return model;
  throw new UsageError(
    `Cannot compare the two servers: they list different models ("${model}", "${other}"), ` +
      'expected one\n  Pass --model with a name that both list, or replay each on its own and ' +
      'use replay compare --allow-different model.',
  );
}
