import { describe, expect, test } from 'vitest';

import { Accumulator } from '../accumulator/accumulator.ts';
import { serverMetricsOf } from './server-check.ts';
import type { ServerMetrics, ServerSeries } from '../schemas/server-metrics.ts';

const OURS = new Accumulator({ objectives: [] });
OURS.add({
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
});

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

function checkOf(metrics: ServerMetrics, isShard = false) {
  return serverMetricsOf(metrics, OURS, { model: 'Model-A', isShard }).check;
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
    expect(checkOf(metrics, isShard)).toBeUndefined();
  });
});
