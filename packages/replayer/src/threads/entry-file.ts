import { fileURLToPath } from 'node:url';

/**
 * A thread's compiled entry, also when this module runs from its source:
 * Node 20 runs no TypeScript.
 *
 * @param name the entry's module below `src`, without extension
 */
export function entryFile(name: string): string {
  const directory = import.meta.url.endsWith('.ts') ? '../../dist/' : '../';
  return fileURLToPath(new URL(`${directory}${name}.js`, import.meta.url));
}
