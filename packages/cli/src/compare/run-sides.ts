import { join } from 'node:path';

import type { Objective, Summary } from '@trace-replay/metrics';
import { formatDecimal } from '@trace-replay/metrics/internal';
import type { ReplayOptions } from '@trace-replay/replayer';

import { abOrder } from './ab-order.ts';
import { conductReplay } from '../run/conduct-replay.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, remark } from '../io/io.ts';
import { removeEmpty } from '../artifacts/run-directory.ts';
import type { RunOptions } from '../flags/command-options.ts';

export interface SideOrder {
  readonly name: string;
  readonly urls: readonly string[];
}

export interface SidesOrder {
  readonly sides: readonly [SideOrder, SideOrder];
  readonly repeats: number;
  /** The directory of all these runs: `<root>/<side>/<epoch>_<side>_seed-<seed>/<trace>`. */
  readonly root: string;
  /** Of every run; repeat k, from 0, has `seed` + k on both sides. */
  readonly replay: ReplayOptions & { readonly seed: number };
  readonly options: RunOptions;
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
  { sides, repeats, root, replay, options, objectives }: SidesOrder,
  io: Io,
): Promise<EndedSides> {
  const directories: [string[], string[]] = [[], []];
  const codes: ExitCode[] = [];
  const ended = () => ({
    sides: sides.map(({ name }, index) => ({ name, directories: directories[index] ?? [] })),
    codes,
  });
  for (const { side, repeat } of abOrder(repeats)) {
    const { name, urls } = sides[side];
    const seed = replay.seed + repeat;
    if (options.progress !== 'none') {
      remark(io, `${name}, run ${repeat + 1} of ${repeats}, seed ${seed}: ${urls.join(', ')}`);
    }
    const epochSeconds = Math.floor(Date.now() / 1000);
    const start = {
      epochSeconds,
      agree: () => Promise.resolve(undefined),
      giveUp: () => undefined,
    };
    const runId = `${epochSeconds}_${name}_seed-${seed}`;
    const order = {
      replay: { ...replay, urls: [...urls], seed, runId },
      options: { ...options, name, artifactDir: join(root, name) },
      objectives,
      gates: [],
      start,
    };
    let conducted;
    try {
      conducted = await conductReplay(order, io);
    } catch (error) {
      for (const path of [join(root, name), root]) removeEmpty(path);
      if (codes.length === 0) throw error;
      return { ...ended(), error };
    }
    if (!conducted) {
      codes.push(EXIT.signal);
      return ended();
    }
    const { code, summary, directory, remarks } = conducted;
    codes.push(code);
    if (options.progress !== 'none') remark(io, `  ${describe(summary)}`);
    if (code !== EXIT.ok) for (const text of remarks) remark(io, text);
    if (summary.status !== 'completed') return ended();
    directories[side].push(directory);
  }
  return ended();
}

function describe({ status, rows, goodput, fidelity }: Summary): string {
  const facts = [status, `${formatDecimal(rows.ok)} of ${formatDecimal(rows.total)} rows ok`];
  if (goodput !== undefined) facts.push(`${formatDecimal(goodput.good)} good`);
  if (fidelity !== undefined) facts.push(`fidelity ${fidelity.verdict}`);
  return facts.join(' · ');
}
