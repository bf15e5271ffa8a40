import { join } from 'node:path';

import { parseObjectives } from '@trace-replay/metrics';
import { resolveOptions } from '@trace-replay/replayer/internal';

import { agreeOnModel } from '../compare/agree-on-model.ts';
import { saveComparison } from '../compare/save-comparison.ts';
import { exitCodeOf } from '../io/errors.ts';
import { type ExitCode, worstOf } from '../io/exit-codes.ts';
import { type Io, print, remark } from '../io/io.ts';
import { runSides } from '../compare/run-sides.ts';
import { renderComparison } from '../compare/print-comparison.ts';
import { sentence } from '../io/sentence.ts';
import { type AbFlags, readAbFlags } from './ab-flags.ts';
import type { ReplayFlags } from '../flags/replay-flags.ts';

/** Replays a trace against two servers in turns, and holds the runs against each other. */
export async function abCommand(flags: ReplayFlags, io: Io): Promise<ExitCode> {
  return compareServers(readAbFlags(flags), io);
}

/** The same for options that are read already. */
export async function compareServers({ ab, replay, run }: AbFlags, io: Io): Promise<ExitCode> {
  const objectives = parseObjectives(run.goodput);
  const model = await agreeOnModel(replay, [ab.a, ab.b]);
  const root = join(run.artifactDir, `${Math.floor(Date.now() / 1000)}_${ab.name}`);
  const { seed } = resolveOptions(replay);
  const ended = await runSides(
    {
      sides: [
        { name: ab.aName, urls: ab.a },
        { name: ab.bName, urls: ab.b },
      ],
      repeats: ab.repeat,
      root,
      replay: { ...replay, model, seed },
      options: run,
      objectives,
    },
    io,
  );
  const comparison = await saveComparison(root, ended.sides, objectives);
  if (comparison === undefined)
    remark(io, 'Nothing to compare: no repeat has ended on both sides.');
  else await print(io, renderComparison(comparison, ab, io, root));
  if (ended.error === undefined) return worstOf(ended.codes);
  remark(io, sentence(ended.error));
  return exitCodeOf(ended.error);
}
