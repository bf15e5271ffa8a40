import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import { UsageError } from '../io/errors.ts';
import { cannotWrite, overwrite, writeWhole } from './write-part.ts';

/** Where the artifacts of one run lie. */
export interface RunDirectory {
  /** `<root>/<run id>/<trace base name>`, and for a shard `/shard-<i>-of-<n>` below it */
  readonly tracePath: string;
  /** Writes a file beside its place and renames it into it. Paths are relative to `tracePath`. */
  write(name: string, text: string): void;
  /** Writes over a file in its place, where there is no room for a second one. Never throws. */
  overwrite(name: string, text: string): void;
  /** `write` in `<root>/<run id>`; of a shard in `tracePath`, since the others have their own. */
  writeInRun(name: string, text: string): void;
  /** Takes everything away again; for a run that sent nothing. */
  discard(): void;
}

export interface RunDirectoryOptions {
  readonly name: string;
  readonly trace: string;
  readonly epochSeconds: number;
  /** `<epoch>_<name>` unless told. */
  readonly runId?: string | undefined;
  /** `shard-0-of-4`, when this is the directory of a shard; then the run's may be there already. */
  readonly shardName?: string | undefined;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;

/**
 * Makes `<root>/<run id>/<trace base name>/`, and a shard's below it.
 *
 * @throws {UsageError} if the name cannot be a directory's, or the directory exists
 * @throws {ArtifactError} if the directory cannot be made
 */
export function createRunDirectory(
  root: string,
  { name, trace, epochSeconds, runId, shardName }: RunDirectoryOptions,
): RunDirectory {
  if (!NAME.test(name)) {
    throw new UsageError(
      `Cannot use --name "${name}": expected letters, digits, ".", "_" and "-", at most 96`,
    );
  }
  if (runId !== undefined && !NAME.test(runId)) {
    throw new UsageError(`Cannot use --run-id "${runId}": expected a letter or digit in front`);
  }
  const wholePath = join(root, runId ?? `${epochSeconds}_${name}`);
  const traceRoot = join(wholePath, traceBaseName(trace));
  const tracePath = shardName === undefined ? traceRoot : join(traceRoot, shardName);
  const runPath = shardName === undefined ? wholePath : tracePath;
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw cannotWrite(root, error);
  }
  try {
    if (shardName !== undefined) mkdirSync(traceRoot, { recursive: true });
    mkdirSync(runPath);
    if (tracePath !== runPath) mkdirSync(tracePath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new UsageError(
        `Cannot write into "${runPath}": it exists, expected a new directory` +
          '\n  Wait a second, or pass another --name, --run-id or --artifact-dir.',
      );
    }
    throw cannotWrite(runPath, error);
  }
  return directoryAt(runPath, tracePath, () => {
    rmSync(runPath, { recursive: true, force: true });
    // Of a shard also what is above it, as far as no other shard is in there.
    if (shardName !== undefined) for (const path of [traceRoot, wholePath]) removeEmpty(path);
  });
}

/** The two directories of a run that are there already. */
export function directoryAt(runPath: string, tracePath: string, discard: () => void): RunDirectory {
  return {
    tracePath,
    write: (file, text) => writeWhole(join(tracePath, file), text),
    overwrite: (file, text) => overwrite(join(tracePath, file), text),
    writeInRun: (file, text) => writeWhole(join(runPath, file), text),
    discard,
  };
}

/** Takes a directory away if nothing is in it. */
export function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Others are in there, or have taken it away.
  }
}

/** The name of a trace's file without directory and `.jsonl` or `.jsonl.gz`; `stdin` for `-`. */
export function traceBaseName(trace: string): string {
  if (trace === '-') return 'stdin';
  return basename(trace).replace(/(\.jsonl)?(\.gz)?$/, '') || 'trace';
}
