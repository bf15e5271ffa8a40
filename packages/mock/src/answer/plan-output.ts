import type { Dialect, WordedError } from '../dialect/dialect.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { refuse, type Refusal } from '../dialect/refusal.ts';
import { sendError, type Script } from './script.ts';

/** What will be made for a request. */
export interface PlannedOutput {
  readonly script: Script;
  /** Tokens that the model makes, at least 1. */
  readonly outputTokens: number;
}

/**
 * How many tokens a request gets, as Dynamo's mocker decides it: exactly `max_tokens`, an error
 * without it, and an output cut short in silence where the model's length is reached.
 *
 * @param maxModelTokens largest prompt + output; absent for no limit
 */
export function planOutput(
  asked: GenerationRequest,
  script: Script,
  dialect: Dialect,
  maxModelTokens = Infinity,
): PlannedOutput | Refusal {
  const room = maxModelTokens - asked.promptTokens;
  if (room < 1) {
    const error = { code: 500, type: 'internal_server_error', message: 'Prompt is too long' };
    return asked.stream ? failing(script, error) : refuse(dialect, 500, error.message);
  }
  const outputTokens = asked.outputTokens ?? defaultTokens(dialect);
  if (typeof outputTokens === 'object') {
    if (!asked.stream) return refuse(dialect, 400, outputTokens.message);
    if (outputTokens.as === 'event') return failing(script, outputTokens);
    return refuse(dialect, outputTokens.code, outputTokens.message);
  }
  const extended = Math.max(1, outputTokens + script.extraTokens);
  return { script, outputTokens: Math.min(extended, room) };
}

function defaultTokens({ missingMaxTokens }: Dialect) {
  return missingMaxTokens.as === 'default' ? missingMaxTokens.outputTokens : missingMaxTokens;
}

/** A 200 whose stream holds nothing but an error. */
function failing(script: Script, error: WordedError): PlannedOutput {
  const interruption: Script['interruption'] = {
    at: 'after-headers',
    afterTokens: 0,
    act: (stream) => sendError(stream, error, 'data'),
  };
  return { script: { ...script, interruption }, outputTokens: 1 };
}
