import { choicesOf, isObject, type JsonObject, objectAt, textAt, valueAt } from './json.ts';

/** An error that the server reported inside a stream, in its own words. */
export interface StreamError {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Keys that are there only where something went wrong. */
const FLAT = ['detail', 'errors', 'error_message', 'error_msg'];
const STATUS_KEYS = ['status', 'status_code', 'statusCode'];
/** A server's text is kept up to here; the record cuts it further. */
const MESSAGE_CHARACTERS = 1200;

/**
 * Reads the error of a chunk, in the forms known: `{"error": …}` with an object or a text, in the
 * chunk, in one of its choices, their deltas, or in `x_groq`; and flat forms without choices:
 * `{"message", "type", "code"}` of Dynamo and vLLM, `{"detail"}` of FastAPI, `{"errors"}`, and a
 * message beside a status of 400 or more.
 *
 * @param text the JSON text that `chunk` was parsed from; it is the message of an error without one
 * @returns `undefined` if the chunk reports none; `"error": null` reports none
 */
export function readError(chunk: JsonObject, text: string): StreamError | undefined {
  const own = valueAt(chunk, 'error');
  if (isError(own)) return describe(own, text);
  if (isFlatError(chunk)) return describe(chunk, text);
  const groq = objectAt(chunk, 'x_groq');
  for (const choice of [...choicesOf(chunk), ...(groq ? [groq] : [])]) {
    const error = [choice, objectAt(choice, 'delta') ?? {}]
      .map((holder) => valueAt(holder, 'error'))
      .find(isError);
    if (error === undefined) continue;
    const { code = textAt(choice, 'finish_reason'), message } = describe(error, text);
    return { code, message };
  }
  return undefined;
}

/**
 * Reads the error of a text that stands outside all events: a body that a gateway passed on as it
 * was.
 *
 * @returns `undefined` if it is no JSON object that reports an error
 */
export function readBareError(text: string): StreamError | undefined {
  const value = parse(text);
  return isObject(value) ? readError(value, text.trim()) : undefined;
}

function isError(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** Reads the payload of an event that is named `error`: any text is its message. */
export function readErrorText(text: string): StreamError {
  const payload = text.trim();
  const value = parse(payload);
  return isObject(value) && valueAt(value, 'error') !== undefined
    ? describe(value.error, payload)
    : describe(value, payload);
}

function isFlatError(chunk: JsonObject): boolean {
  if (Array.isArray(valueAt(chunk, 'choices'))) return false;
  if (valueAt(chunk, 'object') === 'error' || valueAt(chunk, 'type') === 'error') return true;
  if (FLAT.some((key) => isError(valueAt(chunk, key)))) return true;
  if (textAt(chunk, 'message') === undefined) return false;
  return codeOf(chunk, 'code') !== undefined || statusOf(chunk) !== undefined;
}

/** A status that refuses. */
function statusOf(object: JsonObject): string | undefined {
  const status = STATUS_KEYS.map((key) => Number(valueAt(object, key))).find((code) => code >= 400);
  return status === undefined ? undefined : String(status);
}

/** @param text what stands for the message of an error that has neither message nor code */
function describe(error: unknown, text: string): StreamError {
  const object = isObject(error) ? error : {};
  const code = codeOf(object, 'code') ?? statusOf(object) ?? codeOf(object, 'type');
  const own = typeof error === 'string' ? error : messageOf(object);
  const message = own ?? (code === undefined ? text : '');
  return { code, message: message === '' ? undefined : message.slice(0, MESSAGE_CHARACTERS) };
}

function messageOf(error: JsonObject): string | undefined {
  const keys = ['message', ...FLAT, 'msg'];
  const value = keys.map((key) => valueAt(error, key)).find(isError);
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
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
