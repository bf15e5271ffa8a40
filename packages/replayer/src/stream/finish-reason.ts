/** Reasons with which a server says that the answer is whole. */
const SUCCESS = new Set([
  ...['stop', 'length', 'tool_calls', 'function_call', 'content_filter'],
  // Anthropic, Mistral, TGI, behind gateways.
  ...['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'model_length', 'eos_token', 'eos'],
]);

/** Reasons with which a server says that it gave up. */
const FAILURE = new Set([
  ...['error', 'abort', 'aborted', 'cancelled', 'canceled', 'timeout', 'timed_out', 'failed'],
  ...['failure', 'interrupted', 'server_error', 'internal_error', 'internal_server_error'],
  ...['engine_error', 'network_error', 'unavailable', 'service_unavailable', 'overloaded'],
  ...['rate_limit', 'rate_limited', 'deadline_exceeded', 'preempted', 'killed', 'disconnected'],
  ...['insufficient_system_resource', 'malformed_function_call'],
]);

/** How a serializer writes "no reason" where it can only write a text. */
const NO_REASON = new Set(['', 'null', 'none', 'nil', 'undefined']);

export type FinishMeaning = 'success' | 'failure' | 'unknown';

/** Whether a text says why an answer ended: "null" says that it has not. */
export function isFinishReason(text: string): boolean {
  return !NO_REASON.has(text.trim().toLowerCase());
}

/** What a finish reason says of the answer; `unknown` for one that is on neither list. */
export function meaningOf(finishReason: string): FinishMeaning {
  const reason = finishReason.trim().toLowerCase();
  if (SUCCESS.has(reason)) return 'success';
  return FAILURE.has(reason) ? 'failure' : 'unknown';
}
