import { isObject, type JsonObject, objectAt, textAt, valueAt } from './json.ts';

/** What Dynamo tells about its own work when asked by `nvext.extra_fields`. */
export interface ServerDetails {
  /** Decimal digits, exact: the ids go beyond 2^53. */
  readonly prefillWorkerId?: string;
  readonly decodeWorkerId?: string;
  /** `nvext.timing` as sent: the server's own clock, names and units. */
  readonly timing?: Readonly<Record<string, number>>;
}

/** Ids are read again only from texts up to here; a chunk with ids has a few hundred characters. */
const REREAD_CHARACTERS = 64 * 1024;
const TIMING_FIELDS = 32;

/**
 * Reads `nvext.worker_id` and `nvext.timing` of a chunk.
 *
 * @param text the JSON text that `chunk` was parsed from
 * @returns what is there; an empty object for a chunk without them
 */
export function readServerDetails(chunk: JsonObject, text: string): ServerDetails {
  const nvext = objectAt(chunk, 'nvext');
  if (nvext === undefined) return {};
  const ids = exactIds(nvext, text);
  const prefillWorkerId = ids && idAt(ids, 'prefill_worker_id');
  const decodeWorkerId = ids && idAt(ids, 'decode_worker_id');
  const timing = readTiming(nvext);
  return {
    ...(prefillWorkerId !== undefined && { prefillWorkerId }),
    ...(decodeWorkerId !== undefined && { decodeWorkerId }),
    ...(timing !== undefined && { timing }),
  };
}

/** The ids' object, parsed a second time if JSON.parse has rounded one of them. */
function exactIds(nvext: JsonObject, text: string): JsonObject | undefined {
  const ids = objectAt(nvext, 'worker_id');
  if (ids === undefined || !Object.values(ids).some(isRounded)) return ids;
  if (text.length > REREAD_CHARACTERS) return ids;
  const exact = parseWithLongIntegersAsText(text);
  const exactNvext = isObject(exact) ? objectAt(exact, 'nvext') : undefined;
  return exactNvext && objectAt(exactNvext, 'worker_id');
}

function isRounded(value: unknown): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value);
}

/** Strings are matched first, so that digits inside them stay what they are. */
function parseWithLongIntegersAsText(text: string): unknown {
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
  return JSON.parse(
    text.replace(tokens, (token) => (/^\d{16,}$/.test(token) ? `"${token}"` : token)),
  );
}

function idAt(ids: JsonObject, key: string): string | undefined {
  const value = valueAt(ids, key);
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  }
  const digits = textAt(ids, key);
  return digits !== undefined && /^\d{1,20}$/.test(digits) ? digits : undefined;
}

/** Numbers under plain names; `__proto__` and its like are no plain names. */
function readTiming(nvext: JsonObject): ServerDetails['timing'] {
  const timing = objectAt(nvext, 'timing');
  if (timing === undefined) return undefined;
  const fields = Object.entries(timing).filter(
    (field): field is [string, number] =>
      /^[a-z]\w{0,63}$/i.test(field[0]) && Number.isFinite(field[1]),
  );
  return fields.length > 0 ? Object.fromEntries(fields.slice(0, TIMING_FIELDS)) : undefined;
}
