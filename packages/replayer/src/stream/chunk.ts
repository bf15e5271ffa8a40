import { type ContentKind, contentOf, foreignContentOf, foremost } from './content.ts';
import { isFinishReason } from './finish-reason.ts';
import { choicesOf, countAt, isObject, type JsonObject, textAt, valueAt } from './json.ts';
import { readServerDetails, type ServerDetails } from './server-ids.ts';
import { readError, readErrorText, type StreamError } from './stream-error.ts';
import { readUsage, type Usage } from './usage.ts';

/** A step of the answer. All absent: a chunk without consequence, such as the role alone. */
export interface Delta extends ServerDetails {
  readonly kind: 'delta';
  /** Present when the chunk carries output, in whichever choice. */
  readonly content?: ContentKind;
  readonly finishReason?: string;
  /** Index of the first choice with content or a finish reason, if it is not 0. */
  readonly choice?: number;
  readonly usage?: Usage;
  /** The whole of an event that is no chunk, and whose words say something. */
  readonly remark?: string;
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
  const choices = choicesOf(chunk);
  let content = Array.isArray(valueAt(chunk, 'choices')) ? undefined : foreignContentOf(chunk);
  let finishReason: string | undefined;
  let choice: number | undefined;
  for (const [place, each] of choices.entries()) {
    const ownContent = contentOf(each);
    const ownReason = finishReasonOf(each);
    content = foremost(content, ownContent);
    finishReason ??= ownReason;
    if (ownContent ?? ownReason) choice ??= countAt(each, 'index') ?? place;
  }
  const usage = readUsage(chunk, choices);
  const isRemark = content === undefined && usage === undefined && hasWords(chunk);
  return {
    kind: 'delta',
    ...(content !== undefined && { content }),
    ...(finishReason !== undefined && { finishReason }),
    ...(choice !== undefined && choice > 0 && { choice }),
    ...(usage !== undefined && { usage }),
    ...(isRemark && { remark: text }),
    ...readServerDetails(chunk, text),
  };
}

/** Keys of an event without choices that name it: a ping has no others. */
const NAMES = new Set(['type', 'event', 'object', 'id', 'model', 'created', 'system_fingerprint']);

function hasWords(event: JsonObject): boolean {
  if (Array.isArray(valueAt(event, 'choices'))) return false;
  return Object.keys(event).some((key) => !NAMES.has(key) && textAt(event, key) !== undefined);
}

function finishReasonOf(choice: JsonObject): string | undefined {
  const reason = textAt(choice, 'finish_reason');
  return reason !== undefined && isFinishReason(reason) ? reason : undefined;
}
