import type { Dialect, WordedError } from '../dialect/dialect.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { refuse, type Refusal } from '../dialect/refusal.ts';
import { sendError, type Script, type Stream } from './script.ts';

/** The output of one request. */
export interface PlannedOutput {
  readonly script: Script;
  /** Tokens that the model makes, at least 1. */
  readonly outputTokens: number;
}

/**
 * How many tokens a request gets: exactly `max_tokens`, as Dynamo's mocker decides it, and an
 * output cut short in silence where the model's length is reached.
 *
 * @param limits largest prompt + output, Infinity for no limit; and the length without
 * `max_tokens`, where 0 is an error as of Dynamo's mocker
 */
export function planOutput(
  asked: GenerationRequest,
  script: Script,
  dialect: Dialect,
  limits: { readonly maxModelTokens: number; readonly defaultOutputTokens: number },
): PlannedOutput | Refusal {
  const room = limits.maxModelTokens - asked.promptTokens;
  if (room < 1) {
    const error = { code: 500, type: 'internal_server_error', message: 'Prompt is too long' };
    return asked.stream ? failing(script, error) : refuse(dialect, 500, error.message);
  }
  const { outputTokens = limits.defaultOutputTokens } = asked;
  if (outputTokens === 0) {
    const missing = dialect.missingMaxTokens;
    if (missing.as === 'event' && asked.stream) return failing(script, missing);
    return refuse(dialect, asked.stream ? missing.code : 400, missing.message);
  }
  const extended = Math.max(1, outputTokens + script.extraTokens);
  return { script, outputTokens: Math.min(extended, room) };
}

/** A 200 whose stream holds nothing but an error. */
function failing(script: Script, error: WordedError): PlannedOutput {
  const act = (stream: Stream) => sendError(stream, error, 'data');
  const interruption = { at: 'after-headers', afterTokens: 0, act } as const;
  return { script: { ...script, interruption }, outputTokens: 1 };
}
