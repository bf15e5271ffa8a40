import type { Comparison } from '../schemas/comparison.ts';
import type { Summary } from '../schemas/summary.ts';
import { escapeUnprintable } from '../values/printable.ts';
import type { Exporter } from './exporter.ts';

/** summary.json, for programs: every number with its full precision. */
export const jsonExporter: Exporter = {
  format: 'json',
  render: ({ summary }) => [{ path: 'summary.json', text: renderJson(summary) }],
};

/**
 * The text of a JSON file.
 *
 * @throws {RangeError} if a number is none: JSON would write it as null, without a word
 */
export function renderJson(file: Summary | Comparison): string {
  const text = JSON.stringify(
    file,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new RangeError(`Cannot write "${key}": it is ${value}, expected a finite number`);
      }
      return value;
    },
    2,
  );
  return `${escapeUnprintable(text)}\n`;
}
