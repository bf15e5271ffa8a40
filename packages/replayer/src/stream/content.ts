import { isObject, type JsonObject, objectAt, valueAt } from './json.ts';

/** What content is; of several kinds the first of this order stands for the chunk. */
export const CONTENT_KINDS = ['answer', 'tool_call', 'reasoning', 'unknown'] as const;

/** `unknown`: text is there, in a form that is not understood. */
export type ContentKind = (typeof CONTENT_KINDS)[number];

/**
 * Keys of a delta that hold output, as a text or as a list of parts, with the kind of that output.
 * Source: OpenAI (`content`, `refusal`, `audio`, `tool_calls`), vLLM, SGLang and DeepSeek
 * (`reasoning_content`, `reasoning`), OpenRouter (`reasoning_details`, `images`), LiteLLM
 * (`thinking_blocks`).
 */
const OUTPUT: ReadonlyMap<string, ContentKind> = new Map([
  ...named('answer', 'content', 'text', 'refusal', 'audio', 'transcript', 'data', 'images'),
  ...named('reasoning', 'reasoning_content', 'reasoning', 'reasoning_text', 'reasoning_details'),
  ...named('reasoning', 'thinking', 'thinking_blocks'),
  ...named('tool_call', 'tool_calls', 'tool_call', 'function_call'),
]);

/** Types of the parts of a list; a type of `INHERITED` is whatever its list is. */
const PART_TYPES: ReadonlyMap<string, ContentKind> = new Map([
  ...named('reasoning', 'thinking', 'reasoning', 'reasoning_text', 'redacted_thinking'),
  ...named('reasoning', 'reasoning.text', 'reasoning.summary', 'reasoning.encrypted'),
  ...named('tool_call', 'tool_use', 'tool_call', 'tool_calls', 'function', 'function_call'),
  ...named('tool_call', 'custom'),
]);
const INHERITED = new Set(['text', 'output_text', 'text_delta', 'refusal', 'audio']);

/** Keys that describe output and are none. */
const DESCRIPTION = new Set([
  ...['role', 'name', 'id', 'index', 'type', 'object', 'model', 'status', 'format', 'signature'],
  ...['tool_call_id', 'finish_reason', 'stop_reason', 'logprobs', 'token_ids', 'expires_at'],
  ...[
    'annotations',
    'citations',
    'provider',
    'provider_specific_fields',
    'usage',
    'error',
    '__proto__',
  ],
]);

/** Parts of a call that the model wrote; its arguments may be an object. */
const CALL = new Set(['function', 'custom', 'name', 'arguments', 'input', 'partial_json']);

/** Keys of an event without choices under which servers of other protocols send output. */
const FOREIGN = ['delta', 'message', 'text', 'content', 'token', 'generated_text', 'response'];

/** Content lies no deeper. */
const MOST_LEVELS = 6;

/** The content of one choice of a chunk, in any of the forms known; `undefined` without content. */
export function contentOf(choice: JsonObject): ContentKind | undefined {
  let content: ContentKind | undefined;
  for (const [key, kind] of OUTPUT) {
    if (Object.hasOwn(choice, key)) content = foremost(content, kindOf(choice[key], kind, 0));
  }
  const delta = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
  return delta === undefined ? content : foremost(content, kindOfPart(delta, 'answer', 0));
}

/** Output of an event without choices, which is of another protocol: never understood. */
export function foreignContentOf(event: JsonObject): ContentKind | undefined {
  const hasText = FOREIGN.some((key) => {
    const value = valueAt(event, key);
    // A message that is a text is a remark or an error.
    return !(key === 'message' && typeof value === 'string') && kindOf(value, 'answer', 0);
  });
  return hasText ? 'unknown' : undefined;
}

export function foremost(
  a: ContentKind | undefined,
  b: ContentKind | undefined,
): ContentKind | undefined {
  return CONTENT_KINDS.find((kind) => kind === a || kind === b);
}

function kindOf(value: unknown, kind: ContentKind, level: number): ContentKind | undefined {
  if (typeof value === 'string') return value === '' ? undefined : kind;
  if (level === MOST_LEVELS || typeof value !== 'object' || value === null) return undefined;
  if (isObject(value)) return kindOfPart(value, kind, level);
  return (value as unknown[])
    .map((part) => kindOf(part, kind, level + 1))
    .reduce(foremost, undefined);
}

function kindOfPart(part: JsonObject, inherited: ContentKind, level: number) {
  const { type } = part;
  const kind =
    typeof type !== 'string' || INHERITED.has(type)
      ? inherited
      : (PART_TYPES.get(type) ?? 'unknown');
  let content: ContentKind | undefined;
  for (const [key, value] of Object.entries(part)) {
    content = foremost(content, kindOfField(key, value, kind, level + 1));
  }
  return content;
}

function kindOfField(key: string, value: unknown, kind: ContentKind, level: number) {
  if (kind === 'tool_call' && CALL.has(key)) {
    const isArguments = isObject(value) && (key === 'arguments' || key === 'input');
    return isArguments && Object.keys(value).length > 0 ? kind : kindOf(value, kind, level);
  }
  if (DESCRIPTION.has(key)) return undefined;
  const own = OUTPUT.get(key);
  if (own === undefined) return kindOf(value, 'unknown', level) && 'unknown';
  return kindOf(value, own === 'answer' ? kind : own, level);
}

function named(kind: ContentKind, ...keys: string[]): [key: string, kind: ContentKind][] {
  return keys.map((key) => [key, kind]);
}
