import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The developers' data beside the project: never part of it. */
const SHARED = new URL('../../../../../shared/', import.meta.url);

/**
 * Whether tests that need the data beside the project run. They are skipped without it, unless
 * TRACE_REPLAY_REQUIRE_SHARED=1 asks them to fail.
 */
export const hasShared = existsSync(SHARED) || process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1';

export function sharedPath(path: string): string {
  return fileURLToPath(new URL(path, SHARED));
}

export function sharedText(path: string): string {
  return readFileSync(sharedPath(path), 'utf8');
}
