import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';

import type { Verdict } from '../clients/client.ts';
import type { Pair, TargetResult } from '../figures/targets.ts';

export interface LevelResult {
  readonly name: string;
  readonly title: string;
  readonly subjects: readonly string[];
  readonly pairs: readonly Pair[];
  readonly targets: readonly TargetResult[];
  /** What the runs of a subject said of themselves. */
  readonly verdicts: readonly ({ readonly subject: string } & Verdict)[];
  /** Runs that came to nothing, and why. */
  readonly failures: readonly { readonly subject: string; readonly message: string }[];
}

export interface BenchResult {
  readonly startedAt: Date;
  readonly server: string;
  readonly isQuick: boolean;
  readonly replayFlags: readonly string[];
  readonly levels: readonly LevelResult[];
}

/** Writes all that was measured, so that a table can be made again and figures can be compared. */
export function saveResults(file: string, result: BenchResult): void {
  const { startedAt, server, isQuick, replayFlags, levels } = result;
  const json = {
    schema_version: 1,
    started_at: startedAt.toISOString(),
    machine: {
      hostname: hostname(),
      os: `${type()} ${release()}`,
      arch: arch(),
      cpus: cpus().length,
      cpu_model: cpus()[0]?.model,
      memory_bytes: totalmem(),
      node: process.versions.node,
    },
    server,
    is_quick: isQuick,
    replay_flags: replayFlags,
    levels,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(json, undefined, 2)}\n`);
}
