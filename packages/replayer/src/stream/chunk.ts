import { isObject, type JsonObject, objectAt, textAt, valueAt } from './json.ts';
import { readServerDetails, type ServerDetails } from './server-ids.ts';
import { readError, readErrorText, type StreamError } from './stream-error.ts';
import { readUsage, type Usage } from './usage.ts';

/** What the content of a chunk is; the first of this order that it holds. */
export type ContentKind = 'answer' | 'tool_call' | 'reasoning';

/** A step of the answer. All absent: a chunk without consequence, such as the role alone. */
export interface Delta extends ServerDetails {
  readonly kind: 'delta';
  /** Present when the chunk carries output, in whichever choice. */
  readonly content?: ContentKind;
  readonly finishReason?: string;
  readonly usage?: Usage;
}

/** The meaning of one event of a completion stream. */
export type Chunk =
  | Delta
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: StreamError }
  | { readonly kind: 'malformed'; readonly detail: string };

const DONE: Chunk = { kind: 'done' };
const NO_CONSEQUENCE: Delta = { kind: 'delta' };
const SHOWN_CHARACTERS = 120;

/**
 * One event of a chat or completions stream → its meaning. Lenient about key order, null fields and
 * additions. Never throws.
 *
 * @param type the event's name; `message` when it had none
 */
export function interpretChunk(type: string, data: string): Chunk {
  if (data.length < 64 && data.trim() === '[DONE]') return DONE;
  if (type === 'error') return { kind: 'error', error: readErrorText(data) };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return isForeign(type, data) ? NO_CONSEQUENCE : malformed(data, 'not valid JSON');
  }
  if (!isObject(value)) {
    return isForeign(type, data) ? NO_CONSEQUENCE : malformed(data, 'JSON of another type');
  }
  const error = readError(value, data);
  return error === undefined ? readDelta(value, data) : { kind: 'error', error };
}

/** No chunk: a keep-alive without text, or an event of another name whose data is no object. */
function isForeign(type: string, data: string): boolean {
  const text = data.trimStart();
  return text === '' || (type !== 'message' && !text.startsWith('{'));
}

function malformed(data: string, whatItIs: string): Chunk {
  const shown = data.length > SHOWN_CHARACTERS ? `${data.slice(0, SHOWN_CHARACTERS - 1)}…` : data;
  return {
    kind: 'malformed',
    detail: `Cannot read event "${shown}": it is ${whatItIs}, expected a chunk as a JSON object`,
  };
}

function readDelta(chunk: JsonObject, text: string): Delta {
  let content: ContentKind | undefined;
  let finishReason: string | undefined;
  const choices = valueAt(chunk, 'choices');
  if (Array.isArray(choices)) {
    for (const choice of choices as unknown[]) {
      if (!isObject(choice)) continue;
      content = foremost(content, contentOf(choice));
      finishReason ??= textAt(choice, 'finish_reason');
    }
  }
  const usage = readUsage(chunk);
  return {
    kind: 'delta',
    ...(content !== undefined && { content }),
    ...(finishReason !== undefined && { finishReason }),
    ...(usage !== undefined && { usage }),
    ...readServerDetails(chunk, text),
  };
}

function contentOf(choice: JsonObject): ContentKind | undefined {
  if (textAt(choice, 'text') !== undefined) return 'answer';
  const delta = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
  if (delta === undefined) return undefined;
  if (textAt(delta, 'content') !== undefined) return 'answer';
  if (hasToolCall(delta)) return 'tool_call';
  const reasoning = textAt(delta, 'reasoning_content') ?? textAt(delta, 'reasoning');
  return reasoning === undefined ? undefined : 'reasoning';
}

function hasToolCall(delta: JsonObject): boolean {
  const calls = valueAt(delta, 'tool_calls');
  if (Array.isArray(calls) && calls.some((call) => isObject(call) && isCall(call, 'function'))) {
    return true;
  }
  return isCall(delta, 'function_call');
}

/** A name or a piece of the arguments: tokens that the model made. */
function isCall(holder: JsonObject, key: string): boolean {
  const call = objectAt(holder, key);
  if (call === undefined) return false;
  return textAt(call, 'name') !== undefined || textAt(call, 'arguments') !== undefined;
}

function foremost(a: ContentKind | undefined, b: ContentKind | undefined): ContentKind | undefined {
  if (a === 'answer' || b === 'answer') return 'answer';
  if (a === 'tool_call' || b === 'tool_call') return 'tool_call';
  return a ?? b;
}
