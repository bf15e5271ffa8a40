import { element, escapeText } from '../chart/svg.ts';

/**
 * A number of the summary as the reader sees it, with its place in the file and its value there, so
 * that a program can verify that the two are the same.
 */
export function numberAt(path: string, value: number, text: string): string {
  return element('data', { 'data-path': path, value }, escapeText(text));
}
