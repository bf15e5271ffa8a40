import { parseObjectives } from '@trace-replay/metrics';
import { dryRun, planReplay, type ReplayOptions } from '@trace-replay/replayer';

import { dryRunText } from '../text/dry-run-text.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, print } from '../io/io.ts';
import type { RunOptions } from '../flags/command-options.ts';
import { toSnakeCase } from '../io/snake-case.ts';

/** Everything but sending: what the run asks for, what this machine has, and whether it fits. */
export async function dryRunCommand(
  replay: ReplayOptions,
  { goodput, json }: RunOptions,
  io: Io,
): Promise<ExitCode> {
  const objectives = parseObjectives(goodput);
  const plan = await planReplay(replay);
  const found = await dryRun(plan, { objectives });
  const fits = found.misfits.length === 0;
  const { trace } = plan.options;
  await print(
    io,
    json
      ? JSON.stringify(toSnakeCase({ schemaVersion: 1, trace, fits, ...found }), undefined, 2)
      : dryRunText(trace, found),
  );
  return fits ? EXIT.ok : EXIT.fidelity;
}
