import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import type { RequestRecord } from '../record/record.ts';
import { serverMetricsOf } from './server-check.ts';
import type { ServerMetrics, ServerSeries } from '../schemas/server-metrics.ts';

const OK_RECORD: RequestRecord = {
  schema_version: 1,
  row: 0,
  outcome: 'ok',
  due_ns: 0,
  dispatched_ns: 0,
  sent_ns: 0,
  content_ns: [30e6, 40e6],
  end_ns: 40e6,
  target: 0,
  http_status: 200,
  finish_reason: 'length',
  input_tokens_asked: 10,
  output_tokens_asked: 2,
  output_tokens: 2,
  output_tokens_by: 'usage',
};
/** It got a token after 50 ms, and then the stream broke. */
const CUT_RECORD: RequestRecord = {
  schema_version: 1,
  row: 1,
  outcome: 'failed',
  due_ns: 0,
  dispatched_ns: 0,
  sent_ns: 0,
  content_ns: [50e6],
  end_ns: 60e6,
  target: 0,
  http_status: 200,
  input_tokens_asked: 10,
  output_tokens_asked: 2,
  failure: { class: 'truncated' },
};

function oursOf(...records: RequestRecord[]): Accumulator {
  const accumulator = new Accumulator({ objectives: [] });
  for (const record of records) accumulator.add(record);
  return accumulator;
}

const OURS = oursOf(OK_RECORD);

type Labels = ServerSeries['labels'];
const counter = (name: string, increase: number, labels: Labels = {}): ServerSeries => {
  return { kind: 'counter', name, labels, last: increase, increase };
};
const histogram = (name: string, count: number, sum: number, labels: Labels = {}): ServerSeries => {
  return { kind: 'histogram', name, labels, count, sum };
};

function said(...pages: ServerSeries[][]): ServerMetrics {
  const endpoints = pages.map((series, index) => {
    return { url: `http://${index}/metrics`, scrapes: 2, failures: 0, series };
  });
  return { schema_version: 1, started_unix_ms: 0, ended_unix_ms: 1, endpoints };
}

function checkOf(metrics: ServerMetrics, { isShard = false, ours = OURS } = {}) {
  return serverMetricsOf(metrics, ours, { model: 'Model-A', isShard }).check;
}

const OK = { model: 'model-a', status: 'success' };
const FRONTEND = [
  counter('dynamo_frontend_requests_total', 3, { ...OK, endpoint: 'chat_completions' }),
  counter('dynamo_frontend_requests_total', 1, { ...OK, endpoint: 'completions' }),
  counter('dynamo_frontend_requests_total', 9, { model: 'model-a', status: 'error' }),
  counter('dynamo_frontend_requests_total', 7, { model: 'model-b', status: 'success' }),
  histogram('dynamo_frontend_output_sequence_tokens', 4, 8, { model: 'model-a' }),
  histogram('dynamo_frontend_time_to_first_token_seconds', 4, 0.1, { model: 'model-a' }),
];
const ENGINE = [
  counter('vllm:request_success_total', 1, { model_name: 'Model-A', finished_reason: 'length' }),
  counter('vllm:generation_tokens_total', 2, { model_name: 'Model-A' }),
  histogram('vllm:time_to_first_token_seconds', 0, 0, { model_name: 'Model-A' }),
];

describe('serverMetricsOf()', () => {
  test('sums the succeeded requests of the model and gives the mean in ms', () => {
    expect(checkOf(said(FRONTEND))).toEqual({
      source: 'dynamo_frontend',
      requests: { server: 4, ours: 1, difference: 3 },
      output_tokens: { server: 8, ours: 2, difference: 6 },
      time_to_first_token_mean_ms: { server: 25, ours: 30, difference: -5 },
    });
  });

  test('believes the frontend before the engines behind it', () => {
    expect(checkOf(said(ENGINE, FRONTEND))?.source).toBe('dynamo_frontend');
  });

  test('takes engines where there is no frontend, and leaves out what they did not count', () => {
    expect(checkOf(said(ENGINE))).toEqual({
      source: 'vllm',
      requests: { server: 1, ours: 1, difference: 0 },
      output_tokens: { server: 2, ours: 2, difference: 0 },
    });
  });

  test.each([
    ['pages that count in another way', said([counter('other_total', 1)]), false],
    ['a shard, since the server counts all of them', said(FRONTEND), true],
  ])('compares nothing for %s', (_what, metrics, isShard) => {
    expect(checkOf(metrics, { isShard })).toBeUndefined();
  });

  const VLLM = [
    counter('vllm:request_success_total', 1, { model_name: 'Model-A', finished_reason: 'length' }),
    counter('vllm:request_success_total', 1, { model_name: 'Model-A', finished_reason: 'abort' }),
    counter('vllm:generation_tokens_total', 3, { model_name: 'Model-A' }),
    histogram('vllm:time_to_first_token_seconds', 2, 0.07, { model_name: 'Model-A' }),
    histogram('vllm:request_time_per_output_token_seconds', 1, 0.01, { model_name: 'Model-A' }),
    histogram('vllm:inter_token_latency_seconds', 2, 0.03, { model_name: 'Model-A' }),
    counter('vllm:prompt_tokens_cached_total', 64, { model_name: 'Model-A' }),
    counter('vllm:prefix_cache_hits_total', 70, { model_name: 'Model-A' }),
  ];

  test('compares like with like where a row failed after a token', () => {
    expect(checkOf(said(VLLM), { ours: oursOf(OK_RECORD, CUT_RECORD) })).toEqual({
      source: 'vllm',
      // The one that vLLM aborted is not ok on either side.
      requests: { server: 1, ours: 1, difference: 0 },
      // No output tokens: three of the server's have those of a row that is not ok.
      time_to_first_token_mean_ms: { server: 35, ours: 40, difference: -5 },
      time_per_output_token_mean_ms: { server: 10, ours: 10, difference: 0 },
      cached_tokens: { server: 64 },
      cut_rows: 1,
    });
  });

  const cachedOurs = oursOf({ ...OK_RECORD, prompt_tokens: 100, cached_tokens: 60 });
  const sources: [page: ServerSeries[], check: object][] = [
    [
      [
        counter('sglang:num_requests_total', 1),
        counter('sglang:generation_tokens_total', 2),
        counter('sglang:cached_tokens_total', 32, { cache_source: 'device' }),
        counter('sglang:cached_tokens_total', 28, { cache_source: 'host' }),
        histogram('sglang:inter_token_latency_seconds', 2, 0.03),
      ],
      {
        source: 'sglang',
        requests: { server: 1, ours: 1, difference: 0 },
        output_tokens: { server: 2, ours: 2, difference: 0 },
        // A mean over tokens, which ours is not.
        time_per_output_token_mean_ms: { server: 15 },
        cached_tokens: { server: 60, ours: 60, difference: 0 },
      },
    ],
    [
      [
        counter('trtllm_request_success_total', 1, { finished_reason: 'length' }),
        counter('trtllm_request_success_total', 4, { finished_reason: 'cancelled' }),
        counter('trtllm_generation_tokens_total', 2),
        histogram('trtllm_time_per_output_token_seconds', 1, 0.011),
      ],
      {
        source: 'trtllm',
        requests: { server: 1, ours: 1, difference: 0 },
        output_tokens: { server: 2, ours: 2, difference: 0 },
        time_per_output_token_mean_ms: { server: 11, ours: 10, difference: 1 },
      },
    ],
    [
      [
        counter('llamacpp:tokens_predicted_total', 2),
        counter('llamacpp:prompt_tokens_cached_total', 50),
      ],
      {
        source: 'llamacpp',
        output_tokens: { server: 2, ours: 2, difference: 0 },
        cached_tokens: { server: 50, ours: 60, difference: -10 },
      },
    ],
    [
      [
        counter('vllm:request_success_total', 1, { finished_reason: 'stop' }),
        counter('vllm:gpu_prefix_cache_hits_total', 16),
        histogram('vllm:time_per_output_token_seconds', 1, 0.02),
      ],
      {
        source: 'vllm',
        requests: { server: 1, ours: 1, difference: 0 },
        time_per_output_token_mean_ms: { server: 20 },
        cached_tokens: { server: 16, ours: 60, difference: -44 },
      },
    ],
  ];

  test.each(sources)('reads the names of page %#', (page, check) => {
    expect(checkOf(said(page), { ours: cachedOurs })).toEqual(check);
  });
});
