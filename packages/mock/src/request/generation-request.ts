import * as z from 'zod';

import type { Dialect } from '../dialect/dialect.ts';
import { countTokens, promptBlocks, type PromptParts } from './prompt-blocks.ts';
import { refuse, type Refusal } from '../dialect/refusal.ts';
import { NVEXT_FIELDS, ROOT_FIELDS } from '../dialect/request-fields.ts';

export type GenerationEndpoint = 'chat' | 'completions';

/** The fields of a body that the mock acts on. */
export interface GenerationRequest {
  readonly endpoint: GenerationEndpoint;
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly continuousUsage: boolean;
  readonly promptTokens: number;
  /** Keys of its full blocks; only for a model with a cache. */
  readonly promptBlocks?: Float64Array | undefined;
  /** Absent when the body names no maximum. */
  readonly outputTokens?: number | undefined;
  readonly extraFields: ReadonlySet<string>;
  readonly annotations: readonly string[];
}

export interface ReadRequestOptions {
  readonly dialect: Dialect;
  readonly model: string;
  /** Tokens that the chat template adds to a prompt. */
  readonly templateTokens: number;
  /** Tokens in a block of the cache; absent for none. */
  readonly blockTokens?: number | undefined;
}

const optional = <T extends z.ZodType>(schema: T) => schema.nullish();
const strings = z.array(z.string());

const bodySchema = z.looseObject({
  model: z.string(),
  stream: optional(z.boolean()),
  stream_options: optional(
    z.looseObject({
      include_usage: optional(z.boolean()),
      continuous_usage_stats: optional(z.boolean()),
    }),
  ),
  max_tokens: optional(z.int().nonnegative()),
  max_completion_tokens: optional(z.int().nonnegative()),
  min_tokens: optional(z.int().nonnegative()),
  ignore_eos: optional(z.boolean()),
  temperature: optional(z.number()),
  n: optional(z.int()),
  cache_salt: optional(z.string()),
  nvext: optional(
    z.looseObject({
      extra_fields: optional(strings),
      annotations: optional(strings),
      cache_salt: optional(z.string()),
    }),
  ),
});

type Body = z.infer<typeof bodySchema>;

const messagesSchema = z.array(
  z.looseObject({
    role: z.string(),
    content: optional(
      z.union([z.string(), z.array(z.looseObject({ text: optional(z.string()) }))]),
    ),
  }),
);

/** Reads the body of a generation request, or says as Dynamo's frontend does why it cannot. */
export function readGenerationRequest(
  endpoint: GenerationEndpoint,
  bytes: Buffer,
  options: ReadRequestOptions,
): GenerationRequest | Refusal {
  const { dialect, model, templateTokens, blockTokens } = options;
  const unreadable = (what: string) =>
    refuse(dialect, 400, `Failed to deserialize the JSON body into the target type: ${what}`);
  const json = parseJson(bytes);
  if (json instanceof SyntaxError) return unreadable(json.message);
  const parsed = bodySchema.safeParse(json);
  if (!parsed.success) return unreadable(firstIssue(parsed.error));
  const body = parsed.data;

  const unknownNvext = Object.keys(body.nvext ?? {}).find((key) => !NVEXT_FIELDS.has(key));
  if (unknownNvext !== undefined && dialect.unknownField === 'refused') {
    const known = [...NVEXT_FIELDS].map((field) => `\`${field}\``).join(', ');
    return unreadable(`nvext: unknown field \`${unknownNvext}\`, expected one of ${known}`);
  }
  const parts = endpoint === 'chat' ? readChat(body) : readPrompt(body['prompt']);
  if (typeof parts === 'string') return unreadable(parts);
  const promptTokens = countTokens(parts);
  if (body.model !== model) return refuse(dialect, 404, 'Model not found');
  const invalid = findInvalid(endpoint, body, promptTokens, dialect);
  if (invalid !== undefined) return refuse(dialect, 400, `Validation: ${invalid}`);

  const firstTokens = endpoint === 'chat' ? templateTokens : 0;
  const salt = body.cache_salt ?? body.nvext?.cache_salt ?? '';

  return {
    endpoint,
    model,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    continuousUsage: body.stream_options?.continuous_usage_stats ?? false,
    promptTokens: promptTokens + firstTokens,
    promptBlocks: blockTokens ? promptBlocks(parts, { blockTokens, firstTokens, salt }) : undefined,
    outputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    extraFields: new Set(body.nvext?.extra_fields ?? []),
    annotations: body.nvext?.annotations ?? [],
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
}

/** The texts of the messages, or what is wrong with them. */
function readChat(body: Body): PromptParts | string {
  const parsed = messagesSchema.safeParse(body['messages']);
  if (!parsed.success) return `messages.${firstIssue(parsed.error)}`;
  return parsed.data.flatMap(({ content }) => {
    const parts = typeof content === 'string' ? [{ text: content }] : (content ?? []);
    return parts.map(({ text }) => text ?? '');
  });
}

/** A `prompt`, which is a text or a list of ids, or what is wrong with it. */
function readPrompt(prompt: unknown): PromptParts | string {
  if (typeof prompt === 'string') return [prompt];
  if (!Array.isArray(prompt)) return 'missing field `prompt`';
  const items = prompt as readonly unknown[];
  // A loop and no schema: a prompt of 100,000 ids is checked between two tokens of other streams.
  if (items.every((id) => Number.isInteger(id) && (id as number) >= 0)) {
    return [items as readonly number[]];
  }
  const [only] = items;
  if (items.length === 1) return readPrompt(only);
  return 'prompt: the mock takes one prompt a request, a string or a list of token ids';
}

function findInvalid(
  endpoint: GenerationEndpoint,
  body: Body,
  promptTokens: number,
  dialect: Dialect,
): string | undefined {
  const unknown = Object.keys(body).filter((key) => !ROOT_FIELDS[endpoint].has(key));
  if (unknown.length > 0 && dialect.unknownField === 'refused') {
    return `Unsupported parameter(s): ${unknown.map((key) => `\`${key}\``).join(', ')}`;
  }
  const { max_tokens: maxTokens, max_completion_tokens: maxCompletion, temperature, n } = body;
  if (promptTokens === 0) {
    return endpoint === 'chat' ? 'Messages array cannot be empty' : 'Prompt string cannot be empty';
  }
  if (maxTokens === 0) return 'Max tokens must be greater than 0, got 0';
  if (maxCompletion === 0) return 'Max completion tokens must be greater than 0, got 0';
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 2)) {
    return `Temperature must be between 0 and 2, got ${temperature}`;
  }
  if (typeof n === 'number' && n !== 1) return `n must be 1 for the mock, got ${n}`;
  if (body.stream_options != null && body.stream !== true) {
    return 'The `stream_options` parameter is only allowed when `stream` is true';
  }
  return undefined;
}
