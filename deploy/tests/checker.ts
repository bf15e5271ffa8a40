import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const BUILD_LIMIT_MS = 570_000;

/**
 * The program that checks manifests, built if its sources have changed. The first build on a
 * machine takes minutes and a download, so one test process builds and the others wait.
 */
export function builtChecker(sources: string, cache: string): string {
  const file = join(cache, `check-manifests-${digestOf(sources)}`);
  const lock = `${file}.lock`;
  mkdirSync(cache, { recursive: true });
  while (!existsSync(file)) {
    if (!isFree(lock)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      continue;
    }
    try {
      const options = { cwd: sources, timeout: BUILD_LIMIT_MS };
      execFileSync('go', ['build', '-o', `${file}.part`, '.'], options);
      renameSync(`${file}.part`, file);
    } finally {
      rmSync(lock);
    }
  }
  return file;
}

function digestOf(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory).sort()) {
    hash.update(name).update(readFileSync(join(directory, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Takes the lock, unless another process holds it. The lock of a dead process is removed. */
function isFree(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : NaN;
    if (holder > 0 && !existsProcess(holder)) rmSync(lock, { force: true });
    return false;
  }
}

function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
