/** A JSON object of a server: any key may be missing, any value of any type. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own value of a key; what a prototype holds is not an answer of the server. */
export function valueAt(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = valueAt(object, key);
  return isObject(value) ? value : undefined;
}

/** A text with at least one character. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = valueAt(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An exact integer from 0 up. */
export function countAt(object: JsonObject, key: string): number | undefined {
  const value = valueAt(object, key);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The choices of a chunk that are objects. */
export function choicesOf(chunk: JsonObject): readonly JsonObject[] {
  const choices = valueAt(chunk, 'choices');
  return Array.isArray(choices) ? choices.filter(isObject) : [];
}
