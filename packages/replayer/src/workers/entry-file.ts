import { fileURLToPath } from 'node:url';

/**
 * A thread's compiled entry, also when this module runs from its source:
 * Node 20 runs no TypeScript.
 *
 * @param name the entry's module beside this one, without extension
 */
export function entryFile(name: string): string {
  const directory = import.meta.url.endsWith('.ts') ? '../../dist/workers/' : './';
  return fileURLToPath(new URL(`${directory}${name}.js`, import.meta.url));
}
