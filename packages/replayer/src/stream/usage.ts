import { countAt, type JsonObject, objectAt, valueAt } from './json.ts';

/** What the server counted so far; what it did not count is absent. */
export interface Usage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** Of prompt and completion together. */
  readonly totalTokens?: number;
  /** Prompt tokens taken from a prefix cache. */
  readonly cachedTokens?: number;
  readonly reasoningTokens?: number;
  /** A number was there that counts nothing: below 0, with a fraction, or a text. */
  readonly isUnreadable?: true;
}

const COUNTS = ['prompt_tokens', 'completion_tokens', 'total_tokens'];

/**
 * Reads the counts of a chunk from all places where servers put them: the chunk itself, a choice
 * (Moonshot), `x_groq`. Source of the names: OpenAI's details objects; SGLang counts reasoning
 * tokens beside them, gateways to other APIs say input and output.
 *
 * @returns `undefined` when there is no such object, it is null, or counts nothing
 */
export function readUsage(chunk: JsonObject, choices: readonly JsonObject[]): Usage | undefined {
  const groq = objectAt(chunk, 'x_groq');
  for (const holder of [chunk, ...choices, ...(groq ? [groq] : [])]) {
    const usage = objectAt(holder, 'usage');
    const known = usage && readCounts(usage);
    if (known && Object.keys(known).length > 0) return known;
  }
  return undefined;
}

function readCounts(usage: JsonObject): Usage {
  const prompt = objectAt(usage, 'prompt_tokens_details');
  const completion = objectAt(usage, 'completion_tokens_details');
  const promptTokens = countAt(usage, 'prompt_tokens') ?? countAt(usage, 'input_tokens');
  const completionTokens = countAt(usage, 'completion_tokens') ?? countAt(usage, 'output_tokens');
  const totalTokens = countAt(usage, 'total_tokens');
  const cachedTokens = prompt && countAt(prompt, 'cached_tokens');
  const reasoningTokens =
    (completion && countAt(completion, 'reasoning_tokens')) ?? countAt(usage, 'reasoning_tokens');
  const isUnreadable = COUNTS.some(
    (key) => (valueAt(usage, key) ?? undefined) !== undefined && countAt(usage, key) === undefined,
  );
  return {
    ...(promptTokens !== undefined && { promptTokens }),
    ...(completionTokens !== undefined && { completionTokens }),
    ...(totalTokens !== undefined && { totalTokens }),
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
    ...(isUnreadable && { isUnreadable }),
  };
}
