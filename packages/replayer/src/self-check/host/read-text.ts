import { readFileSync } from 'node:fs';

/** Text of a file of the kernel's; `undefined` where it cannot be read, as on other systems. */
export type ReadText = (path: string) => string | undefined;

export const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The number after a word at the start of a line, as many files of the kernel's have it. */
export function numberAfter(text: string | undefined, word: string): number | undefined {
  const found = text?.match(new RegExp(`^${word}\\s+(\\d+)`, 'm'))?.[1];
  return found === undefined ? undefined : Number(found);
}
