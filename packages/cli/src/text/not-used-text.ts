import type { OtherField } from '@trace-replay/replayer/trace';

const MOST_NAMES = 12;

/** Fields of a trace that a replay does not use: `not used: model (3 values), priority`. */
export function notUsedText(fields: readonly OtherField[]): string {
  const shown = fields.slice(0, MOST_NAMES).map(({ name, values = 0 }) => {
    const printable = JSON.stringify(name).slice(1, -1);
    return values > 1 ? `${printable} (${values} values)` : printable;
  });
  const more = fields.length - shown.length;
  return `not used: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
