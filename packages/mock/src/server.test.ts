import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text as consume } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';

import { bodyOf, chatBody, dataOf, exchangeRaw, type RawRequest } from './test/raw-client.ts';
import { DIALECT_NAMES } from './dialect/dialect.ts';
import { createMockServer, type MockServer, type MockServerOptions } from './server.ts';

const running: MockServer[] = [];

afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

async function start(options: MockServerOptions = {}): Promise<MockServer> {
  const latency = { ttftMs: 2, itlMs: 1 };
  const server = await createMockServer({ latency, ...options });
  running.push(server);
  return server;
}

const text = (changes: object = {}) =>
  JSON.stringify({ model: 'mock-model', max_tokens: 2, prompt: [1, 2, 3], ...changes });

const COMPLETIONS = '/v1/completions';

/** Body of a whole answer that has a content length. */
const lengthBody = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

const answers: [
  behaviour: string,
  options: MockServerOptions,
  request: RawRequest,
  status: string,
  body: string | RegExp,
][] = [
  [
    'lists its model',
    {},
    { method: 'GET', path: '/v1/models' },
    '200 OK',
    /^\{"object":"list","data":\[\{"id":"mock-model","object":"model","created":\d{10},"owned_by":"nvidia","context_window":0\}\]\}$/,
  ],
  [
    'lists its length',
    { maxModelTokens: 9 },
    { method: 'GET', path: '/v1/models' },
    '200 OK',
    /"context_window":9\}/,
  ],
  [
    'lists nothing before it is ready',
    { readyAfterMs: 60_000 },
    { method: 'GET', path: '/v1/models' },
    '200 OK',
    '{"object":"list","data":[]}',
  ],
  [
    'answers nothing before it is ready',
    { readyAfterMs: 60_000 },
    { body: chatBody() },
    '503 Service Unavailable',
    '{"message":"Model temporarily unavailable","type":"Service Unavailable","code":503}',
  ],
  [
    'is healthy without workers',
    { readyAfterMs: 60_000 },
    { method: 'GET', path: '/health' },
    '200 OK',
    '{"status":"healthy","endpoints":[],"instances":[]}',
  ],
  [
    'names its workers',
    { workers: 1 },
    { method: 'GET', path: '/health' },
    '200 OK',
    /"instances":\[\{"component":"backend","endpoint":"generate"[^}]*"instance_id":4611686018427387905\}\]/,
  ],
  ['is live', {}, { method: 'GET', path: '/live' }, '200 OK', /"live"/],
  [
    'says that a model is ready',
    { model: 'a/b' },
    { method: 'GET', path: '/v1/models/a/b/ready' },
    '200 OK',
    /^\{"model":"a\/b","ready":true/,
  ],
  [
    'reads an encoded slash',
    { model: 'a/b' },
    { method: 'GET', path: '/v1/models/a%2Fb/ready' },
    '200 OK',
    /^\{"model":"a\/b","ready":true/,
  ],
  [
    'describes its model',
    { model: 'a/b' },
    { method: 'GET', path: '/v1/models/a%2Fb' },
    '200 OK',
    /^\{"id":"a\/b","object":"model","created":\d{10},"owned_by":"nvidia","context_window":0\}$/,
  ],
  [
    'describes no other model',
    {},
    { method: 'GET', path: '/v1/models/x' },
    '404 Not Found',
    '{"message":"Model not found","type":"Not Found","code":404}',
  ],
  [
    'says that another is not',
    {},
    { method: 'GET', path: '/v1/models/x/ready' },
    '200 OK',
    /"ready":false/,
  ],
  [
    'has no such route in the dialect of vLLM',
    { dialect: 'vllm' },
    { method: 'GET', path: '/v1/models/x/ready' },
    '404 Not Found',
    /Model not found/,
  ],
  [
    'names an unknown route',
    {},
    { method: 'GET', path: '/v2/x?y=1' },
    '404 Not Found',
    '{"message":"Route not found: /v2/x","type":"Not Found","code":404}',
  ],
  ['refuses GET on generation', {}, { method: 'GET' }, '405 Method Not Allowed', ''],
  ['refuses POST on models', {}, { path: '/v1/models' }, '405 Method Not Allowed', ''],
  [
    'refuses another content type',
    {},
    { body: chatBody(), headers: { 'content-type': 'text/plain' } },
    '415 Unsupported Media Type',
    /^Expected request with/,
  ],
  [
    'refuses a body above its limit',
    { bodyLimitBytes: 50 },
    { body: chatBody() },
    '413 Payload Too Large',
    /length limit exceeded$/,
  ],
  [
    'refuses bad JSON',
    {},
    { body: '{' },
    '400 Bad Request',
    /^\{"message":"Failed to deserialize the JSON body into the target type: /,
  ],
  [
    'nests errors in the dialect of vLLM',
    { dialect: 'vllm' },
    { body: '{' },
    '400 Bad Request',
    /^\{"error":\{"message":/,
  ],
  [
    'answers whole when no stream is asked for',
    {},
    { path: COMPLETIONS, body: text() },
    '200 OK',
    /^\{"id":"cmpl-000000000001","choices":\[\{"text":" one two","index":0,"finish_reason":"length"\}\].*"usage":\{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5/,
  ],
  [
    'wants max_tokens of a whole answer, without a default length',
    { defaultOutputTokens: 0 },
    { path: COMPLETIONS, body: text({ max_tokens: undefined }) },
    '400 Bad Request',
    /max_tokens must be specified/,
  ],
  [
    'wants max_tokens of a stream, before 1.6',
    { dialect: 'dynamo-1.3', defaultOutputTokens: 0 },
    { body: chatBody({ max_tokens: undefined }) },
    '500 Internal Server Error',
    /Internal server error/,
  ],
  [
    'takes no whole prompt above its length',
    { maxModelTokens: 3 },
    { path: COMPLETIONS, body: text() },
    '500 Internal Server Error',
    /Prompt is too long/,
  ],
];

test.each(answers)('createMockServer() %s', async (_behaviour, options, raw, status, body) => {
  const { port } = await start(options);
  const exchange = await exchangeRaw(port, raw);
  const { text: answer, ended } = exchange;
  expect(answer.slice(0, answer.indexOf('\r\n'))).toBe(`HTTP/1.1 ${status}`);
  const got = answer.includes('ransfer-') ? bodyOf(exchange) : lengthBody(answer);
  if (typeof body === 'string') expect(got).toBe(body);
  else expect(got).toMatch(body);
  expect(ended).toBe('fin');
});

/** The data of every event of one streamed chat. */
async function streamed(options: MockServerOptions, changes: Record<string, unknown> = {}) {
  const { port } = await start(options);
  return dataOf(bodyOf(await exchangeRaw(port, { body: chatBody(changes) })));
}

test('createMockServer() ends a stream without max_tokens with an error inside a 200', async () => {
  expect(await streamed({ defaultOutputTokens: 0 }, { max_tokens: undefined })).toEqual([
    expect.stringMatching(/^\{"error":\{"message":"max_tokens must.*"code":400\}\}$/),
    '[DONE]',
  ]);
});

test.each(DIALECT_NAMES)('createMockServer() makes a default length: %s', async (dialect) => {
  const data = await streamed({ dialect }, { max_tokens: undefined });
  expect(data.at(-2)).toContain('"completion_tokens":16');
});

test('createMockServer() cuts an output short in silence at its length', async () => {
  const data = await streamed({ maxModelTokens: 9 }, { max_tokens: 500 });
  // Six prompt tokens, three of them the template's.
  expect(data.at(-3)).toContain('"finish_reason":"length"');
  expect(data.at(-2)).toContain('"completion_tokens":3,"total_tokens":9');
});

test('createMockServer() leaves usage out when nobody asked', async () => {
  const data = await streamed({}, { stream_options: undefined });
  expect(data.join()).not.toContain('usage');
  expect(data).toHaveLength(4 + 2);
});

test('createMockServer() puts several tokens in a chunk as an engine with an interval does', async () => {
  const data = await streamed(
    { latency: { ttftMs: 1, itlMs: 1, streamInterval: 3 } },
    { max_tokens: 7 },
  );
  const contents = data.map((event) => /"content":"([^"]*)"/.exec(event)?.[1]);
  expect(contents.filter(Boolean)).toEqual([' one', ' two three', ' four five six', ' \\']);
});

test('createMockServer() sends annotations before the first token', async () => {
  const { port } = await start();
  const body = chatBody({ nvext: { annotations: ['token_ids', 'formatted_prompt'] } });
  const events = bodyOf(await exchangeRaw(port, { body })).split('\n\n');
  expect(events.slice(0, 3)).toEqual([
    expect.stringMatching(/^event: token_ids\n: "/),
    expect.stringMatching(/^event: formatted_prompt\n: "/),
    expect.stringMatching(/^data: /),
  ]);
});

test('createMockServer() refuses with 529 above its limit of requests in flight', async () => {
  const { port } = await start({ maxInFlight: 1, latency: { ttftMs: 300, itlMs: 1 } });
  const first = exchangeRaw(port, { body: chatBody(), quietMs: 2000 });
  await expect
    .poll(async () => (await exchangeRaw(port, { body: chatBody() })).text)
    .toMatch(
      /^HTTP\/1\.1 529 <none>\r\n[^]*\{"message":"Service temporarily overloaded","type":"Overloaded","code":529\}$/,
    );
  expect((await first).text).toMatch(/^HTTP\/1\.1 200 OK/);
});

test('createMockServer() echoes x-request-id on every kind of answer', async () => {
  const { port } = await start();
  const headers = { 'x-request-id': 'row-17' };
  for (const body of [chatBody(), chatBody({ stream: false, stream_options: undefined }), '{']) {
    expect((await exchangeRaw(port, { body, headers })).text).toContain('x-request-id: row-17\r\n');
  }
});

test('createMockServer() keeps a connection for the next request, and numbers both', async () => {
  const server = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (prompt: number[]) => {
    const headers = { 'content-type': 'application/json' };
    const post = request(`${server.url}${COMPLETIONS}`, { method: 'POST', headers, agent });
    post.end(text({ prompt, stream: true }));
    const [response] = (await once(post, 'response')) as [IncomingMessage];
    return consume(response);
  };
  expect(await ask([1])).toContain('[DONE]');
  expect(await ask([1, 2])).toContain('[DONE]');
  const { requests, summary } = server.journal();
  agent.destroy();
  await exchangeRaw(server.port, { path: COMPLETIONS, body: text() });
  expect(server.journal().requests.map((entry) => entry.connection)).toEqual([1, 1, 2]);
  expect(requests).toMatchObject([
    { request: 1, connection: 1, prompt_tokens: 1, outcome: 'completed' },
    { request: 2, connection: 1, prompt_tokens: 2, outcome: 'completed' },
  ]);
  expect(summary).toMatchObject({ requests: 2, connections: 1, emission_lag: { count: 4 } });
});

test('createMockServer() writes the times of a request down in order, and sends nothing early', async () => {
  const ttftMs = 15;
  const itlMs = 4;
  const { port, journal } = await start({ latency: { ttftMs, itlMs } });
  const beforeNs = process.hrtime.bigint();
  await exchangeRaw(port, { body: chatBody() });
  const afterNs = process.hrtime.bigint();
  const [entry] = journal().requests;
  const { headers_ns, body_ns, first_token_ns, last_token_ns, end_ns } = entry!;
  const instants = [headers_ns, body_ns, first_token_ns, last_token_ns, end_ns].map((ns) =>
    BigInt(ns!),
  );
  const inOrder = [beforeNs, ...instants, afterNs];
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => (a < b ? -1 : Number(a > b))));
  const [, body, first, last] = instants as [bigint, bigint, bigint, bigint, bigint];
  expect(Number(first - body)).toBeGreaterThanOrEqual(ttftMs * 1e6);
  expect(Number(last - body)).toBeGreaterThanOrEqual((ttftMs + 3 * itlMs) * 1e6);
  expect(entry).toMatchObject({
    status: 200,
    prompt_tokens: 6,
    output_tokens_asked: 4,
    tokens_sent: 4,
    chunks_sent: 4,
    body_bytes: Buffer.byteLength(chatBody()),
    body_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  });
});

test('createMockServer() does not count a stall it was told to make as emission lag', async () => {
  const { port, journal } = await start({
    scenario: { kind: 'stalls', at: 'after-tokens', forMs: 500 },
  });
  await exchangeRaw(port, { body: chatBody(), quietMs: 2000 });
  const [entry] = journal().requests;
  expect(BigInt(entry!.last_token_ns!) - BigInt(entry!.first_token_ns!)).toBeGreaterThan(
    400_000_000n,
  );
  expect(entry!.emission_lag_max_ns).toBeLessThan(400e6);
});

test('createMockServer() notes a client that goes away, and stops making tokens for it', async () => {
  const { port, journal } = await start({ latency: { ttftMs: 1, itlMs: 300 } });
  await exchangeRaw(port, { body: chatBody({ max_tokens: 100 }), quietMs: 50 });
  await expect.poll(() => journal().requests[0]?.outcome).toBe('client_gone');
  const { tokens_sent: sent } = journal().requests[0]!;
  expect(sent).toBeLessThan(100);
});

test('createMockServer() gives its journal as JSONL and forgets it when told to', async () => {
  const { port } = await start();
  await exchangeRaw(port, { body: chatBody() });
  const get = async () => bodyOf(await exchangeRaw(port, { method: 'GET', path: '/_journal' }));
  const types = (jsonl: string) =>
    jsonl
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types(await get())).toEqual(['clock', 'request', 'summary']);
  await exchangeRaw(port, { path: '/_reset' });
  expect(types(await get())).toEqual(['clock', 'summary']);
});

test('createMockServer() counts under the names of Dynamo', async () => {
  const { port } = await start({ latency: { ttftMs: 2, itlMs: 1, streamInterval: 3 } });
  await exchangeRaw(port, { body: chatBody() });
  await exchangeRaw(port, { body: chatBody({ model: 'other' }) });
  await exchangeRaw(port, { body: chatBody({ foo: 1 }) });
  const metrics = bodyOf(await exchangeRaw(port, { method: 'GET', path: '/metrics' }));
  const value = (series: string) =>
    metrics
      .split('\n')
      .find((line) => line.startsWith(`dynamo_frontend_${series} `))
      ?.split(' ')[1];
  const stream = 'endpoint="chat_completions",request_type="stream"';
  const model = '{model="mock-model"}';
  expect({
    ok: value(`requests_total{model="mock-model",${stream},status="success",error_type=""}`),
    inflight: value(`inflight_requests${model}`),
    output: value(`output_sequence_tokens_sum${model}`),
    ttfts: value(`time_to_first_token_seconds_count${model}`),
    gaps: value(`inter_token_latency_seconds_count${model}`),
    input: value(`input_sequence_tokens_sum${model}`),
  }).toEqual({
    ok: '1',
    inflight: '0',
    output: '4',
    ttfts: '1',
    gaps: '3',
    input: '6',
  });
  expect(metrics).toMatch(
    /requests_total\{model="unknown_model",.*status="error",error_type="not_found"\} 1/,
  );
  expect(metrics).toMatch(
    /requests_total\{model="mock-model",.*status="error",error_type="validation"\} 1/,
  );
  expect(Number(value(`time_to_first_token_seconds_sum${model}`))).toBeGreaterThanOrEqual(0.002);
});

test('createMockServer() refuses to start with wrong options', async () => {
  await expect(createMockServer({ latency: { ttftMs: -1 } })).rejects.toThrow(RangeError);
});

test('createMockServer() refuses a port that is taken', async () => {
  const { port } = await start();
  await expect(createMockServer({ port })).rejects.toThrow('EADDRINUSE');
});
