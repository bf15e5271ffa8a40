import { isObject, type JsonObject, textAt, valueAt } from './json.ts';

/** An error that the server reported inside a stream, in its own words. */
export interface StreamError {
  readonly code?: string;
  readonly message?: string;
}

/** A server's text is kept up to here; the record cuts it further. */
const MESSAGE_CHARACTERS = 1200;

/**
 * Reads the error of a chunk, in the forms known: `{"error": …}` with an object or a text, and the
 * flat `{"message", "type", "code"}` of Dynamo and vLLM, which has no choices.
 *
 * @returns `undefined` if the chunk reports none; `"error": null` reports none
 */
export function readError(chunk: JsonObject): StreamError | undefined {
  const error = valueAt(chunk, 'error');
  if (error !== undefined && error !== null && error !== false && error !== '') {
    return describe(error);
  }
  return isFlatError(chunk) ? describe(chunk) : undefined;
}

/** Reads the payload of an event that is named `error`: any text is its message. */
export function readErrorText(text: string): StreamError {
  const payload = text.trim();
  const value = parse(payload);
  if (isObject(value)) return readError(value) ?? describe(value);
  return describe(typeof value === 'string' ? value : payload);
}

function isFlatError(chunk: JsonObject): boolean {
  if (Array.isArray(valueAt(chunk, 'choices'))) return false;
  if (valueAt(chunk, 'object') === 'error') return true;
  return typeof valueAt(chunk, 'message') === 'string' && codeOf(chunk, 'code') !== undefined;
}

function describe(error: unknown): StreamError {
  if (!isObject(error)) {
    const text = typeof error === 'string' ? error : JSON.stringify(error);
    return text === '' ? {} : { message: text.slice(0, MESSAGE_CHARACTERS) };
  }
  const code = codeOf(error, 'code') ?? codeOf(error, 'type');
  const message =
    textAt(error, 'message') ?? (code === undefined ? JSON.stringify(error) : undefined);
  return {
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message: message.slice(0, MESSAGE_CHARACTERS) }),
  };
}

function codeOf(error: JsonObject, key: string): string | undefined {
  const value = valueAt(error, key);
  return typeof value === 'number' ? String(value) : textAt(error, key);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
