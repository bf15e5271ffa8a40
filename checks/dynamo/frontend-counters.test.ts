import { expect, test } from 'vitest';

import { readFrontendCounters, subtractCounters } from './frontend-counters.ts';

const TEXT = `# HELP dynamo_frontend_requests_total Total number of LLM requests processed
# TYPE dynamo_frontend_requests_total counter
dynamo_frontend_requests_total{endpoint="chat_completions",error_type="",model="a",request_type="stream",status="success"} 31
dynamo_frontend_requests_total{endpoint="completions",error_type="",model="b",request_type="stream",status="success"} 2
dynamo_frontend_requests_total{endpoint="chat_completions",error_type="",model="a",request_type="unary",status="success"} 4
dynamo_frontend_requests_total{endpoint="chat_completions",error_type="internal",model="a",request_type="stream",status="error"} 3
dynamo_frontend_disconnected_clients 1
dynamo_frontend_input_sequence_tokens_bucket{model="a",le="50"} 7
dynamo_frontend_input_sequence_tokens_sum{model="a"} 425100
dynamo_frontend_output_sequence_tokens_sum{model="a"} 11657
dynamo_frontend_cached_tokens_sum{model="a"} 13312
dynamo_frontend_time_to_first_token_seconds_sum{model="a"} 2.5
dynamo_frontend_time_to_first_token_seconds_count{model="a"} 31
dynamo_component_router_requests_total{router_id="1"} 900
`;

test('readFrontendCounters() sums the series of the frontend over models and endpoints', () => {
  expect(readFrontendCounters(TEXT)).toEqual({
    succeeded: 33,
    otherwise: 7,
    disconnected: 1,
    inputTokens: 425_100,
    outputTokens: 11_657,
    cachedTokens: 13_312,
    ttftSumMs: 2500,
    ttftCount: 31,
  });
});

test('subtractCounters() gives what was counted since, also when a series was not there before', () => {
  const before = readFrontendCounters('dynamo_frontend_disconnected_clients 1\n');
  const since = subtractCounters(readFrontendCounters(TEXT), before);
  expect(since).toMatchObject({ succeeded: 33, disconnected: 0, ttftSumMs: 2500 });
});
