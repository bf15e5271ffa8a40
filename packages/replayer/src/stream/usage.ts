import { countAt, type JsonObject, objectAt } from './json.ts';

/** What the server counted so far; what it did not count is absent. */
export interface Usage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Prompt tokens taken from a prefix cache. */
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
}

/**
 * Reads the `usage` of a chunk.
 * Source: OpenAI's details objects; SGLang counts reasoning tokens beside them.
 *
 * @returns `undefined` when the object is missing, null, or counts nothing
 */
export function readUsage(chunk: JsonObject): Usage | undefined {
  const usage = objectAt(chunk, 'usage');
  if (usage === undefined) return undefined;
  const prompt = objectAt(usage, 'prompt_tokens_details');
  const completion = objectAt(usage, 'completion_tokens_details');
  const promptTokens = countAt(usage, 'prompt_tokens');
  const completionTokens = countAt(usage, 'completion_tokens');
  const cachedTokens = prompt && countAt(prompt, 'cached_tokens');
  const reasoningTokens =
    (completion && countAt(completion, 'reasoning_tokens')) ?? countAt(usage, 'reasoning_tokens');
  const known: Usage = {
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
  return Object.keys(known).length > 0 ? known : undefined;
}
