import { formatFloat } from './python-format.ts';
import type { TraceRow } from './row.ts';

export interface EncodeOptions {
  /** Writes whole timestamps as `2999.0`, as datagen's new era does. */
  readonly floatTimestamps?: boolean;
}

/**
 * A row as one line of a Mooncake trace, without the line's end, in the notation of the published
 * traces, byte for byte. Source: Python's `json.dumps`, with `, ` and `: ` between items.
 */
export function encodeRow(row: TraceRow, options: EncodeOptions = {}): string {
  const { timestampMs, inputLength, outputLength, hashIds, otherFields } = row;
  const isFloat = options.floatTimestamps === true || !Number.isInteger(timestampMs);
  const fields = [
    `"timestamp": ${isFloat ? formatFloat(timestampMs) : timestampMs}`,
    `"input_length": ${inputLength}`,
    `"output_length": ${outputLength}`,
  ];
  if (hashIds !== undefined) fields.push(`"hash_ids": [${hashIds.join(', ')}]`);
  for (const [key, value] of Object.entries(otherFields ?? {})) {
    fields.push(`${JSON.stringify(key)}: ${encodeValue(value)}`);
  }
  return `{${fields.join(', ')}}`;
}

/** Any value of JSON in the same notation; a bigint as its digits. */
export function encodeValue(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(encodeValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${encodeValue(item)}`,
  );
  return `{${entries.join(', ')}}`;
}
