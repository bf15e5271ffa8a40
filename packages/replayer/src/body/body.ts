import { OptionsError } from '../errors/errors.ts';

export type Endpoint = 'chat' | 'completions';
export type JsonObject = { readonly [key: string]: unknown };

export const ENDPOINT_PATHS: Readonly<Record<Endpoint, string>> = {
  chat: '/v1/chat/completions',
  completions: '/v1/completions',
};

export interface BodyOptions {
  readonly endpoint: Endpoint;
  readonly model: string;
  /** `exact`: the server is told to make exactly so many tokens; `cap`: at most so many. */
  readonly outputLength: 'exact' | 'cap';
  /** How the prompt is given: words of a text, or token ids, which only completions take. */
  readonly prompt: 'words' | 'token-ids';
  /** Field that holds the output length; `max_tokens` if absent. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Ask for `nvext.timing` and worker ids, which Dynamo gives. */
  readonly serverDetails: boolean;
  /** Merged into every body, object by object. */
  readonly extra?: JsonObject | undefined;
}

/** Fields that the trace and the measurement decide. */
const OWN_FIELDS = [
  'messages',
  'prompt',
  'model',
  'stream',
  'max_tokens',
  'max_completion_tokens',
  'min_tokens',
  'ignore_eos',
] as const;

/**
 * Makes the writer of request bodies. The same options, prompt and length give the same bytes.
 *
 * `max_tokens`, `min_tokens` and `ignore_eos` stand at the root: Dynamo refuses them inside nvext.
 *
 * @returns prompt bytes, tokens asked for, a model of the row if it has one → the body, UTF-8
 * JSON. Prompt bytes are plain ASCII
 * without quote or backslash, or the text of a JSON array for token ids.
 * @throws {OptionsError} if `extra` sets a field that the trace decides
 */
export function createBodyWriter(
  options: BodyOptions,
): (prompt: Uint8Array, outputTokens: number, ownModel?: string) => Buffer {
  const { endpoint, model, outputLength, prompt: form, serverDetails, extra = {} } = options;
  const { maxTokensField = 'max_tokens' } = options;
  const taken = OWN_FIELDS.find((field) => Object.hasOwn(extra, field));
  if (taken !== undefined) {
    throw new OptionsError(
      `Cannot merge "body": it sets "body.${taken}", expected fields that the trace does not decide` +
        `\n  Leave "body.${taken}" out; see "model", "outputLength" and "prompt".`,
      'body',
    );
  }
  const rest = JSON.stringify(
    merge(
      {
        stream: true,
        stream_options: { include_usage: true },
        ...(serverDetails && { nvext: { extra_fields: ['timing', 'worker_id'] } }),
      },
      extra,
    ),
  ).slice(1);
  const quote = form === 'words' ? '"' : '';
  const field = endpoint === 'chat' ? '"messages":[{"role":"user","content":' : '"prompt":';
  const close = endpoint === 'chat' ? '}]' : '';
  const headOf = (name: string) => Buffer.from(`{"model":${JSON.stringify(name)},${field}${quote}`);
  const runHead = headOf(model);

  return (prompt, outputTokens, ownModel) => {
    const head = ownModel === undefined ? runHead : headOf(ownModel);
    const exact = outputLength === 'exact' ? `"min_tokens":${outputTokens},"ignore_eos":true,` : '';
    const tail = Buffer.from(
      `${quote}${close},"${maxTokensField}":${outputTokens},${exact}${rest}`,
    );
    // Not from Buffer's shared pool: the body is handed to another thread whole.
    const body = Buffer.allocUnsafeSlow(head.length + prompt.length + tail.length);
    body.set(head, 0);
    body.set(prompt, head.length);
    body.set(tail, head.length + prompt.length);
    return body;
  };
}

function merge(base: JsonObject, extra: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
