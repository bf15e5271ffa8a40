import { readdirSync, statSync } from 'node:fs';

const DIRECTORY = '/proc/self/fd';

/**
 * Descriptors that this process has open; `undefined` where the system does not tell.
 *
 * From Linux 6.2 on their number is the size of the directory. To list a thousand of them takes 0.6
 * ms in place of 0.006, and leaves a thousand names behind, every second of a run.
 */
export function openDescriptors(): number | undefined {
  try {
    const { size } = statSync(DIRECTORY);
    return size > 0 ? size : listedDescriptors();
  } catch {
    return undefined;
  }
}

/** @throws {Error} if there is no such list */
export function listedDescriptors(): number {
  // The directory that is being read is open itself.
  return readdirSync(DIRECTORY).length - 1;
}
