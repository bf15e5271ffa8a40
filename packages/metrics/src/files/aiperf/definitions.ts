/** How figures with aiperf's names were made here; stands in the file itself, beside them. */
export const DEFINITIONS = {
  input_tokens: 'input_length of the row; usage_prompt_tokens is what the server counted',
  output_tokens: 'usage.completion_tokens; where a server sent none, events with content',
  one_token_answers: 'as aiperf: never good under an objective on inter_token_latency',
  goodput: 'as aiperf: good requests over benchmark_duration; trace_replay.goodput is of all rows',
  latencies: 'from the first byte of the request written to the socket, connect not included',
  ok: 'a finish reason, content and no error; a stream cut short is an error',
  errors: 'type is the failure class, code an HTTP status, cause any other code or the deadline',
  percentiles: 'exact, linear interpolation; inter_chunk_latency from a histogram, + 0.1 % at most',
  times: 'UTC',
} as const;
