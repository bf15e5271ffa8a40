import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { cannotWrite } from './write-part.ts';

/** File systems without hard links say one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

/**
 * Creates a JSON file whole, unless it is there: of all processes and hosts that try, one does.
 *
 * @returns whether it was this call
 * @throws {ArtifactError} if it cannot be written
 */
export function createOnce(path: string, value: unknown): boolean {
  const text = `${JSON.stringify(value)}\n`;
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o640, flush: true });
    try {
      linkSync(draft, path);
    } catch (error) {
      // Exclusive creation is as good, but for a reader who comes while the text is not yet in.
      if (!NO_LINKS.has(codeOf(error))) throw error;
      writeFileSync(path, text, { flag: 'wx', mode: 0o640, flush: true });
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw cannotWrite(path, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What `createOnce` wrote; `undefined` while it is not there, or not there whole. */
export function readOnce(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined;
    throw cannotWrite(path, error);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
