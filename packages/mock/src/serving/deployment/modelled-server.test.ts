import { afterEach, expect, test } from 'vitest';

import { bodyOf, chatBody, dataOf, exchangeRaw } from '../../test/raw-client.ts';
import { createMockServer, type MockServer, type MockServerOptions } from '../../server.ts';

const running: MockServer[] = [];

async function start(options: MockServerOptions): Promise<MockServer> {
  const server = await createMockServer(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

const words = (count: number, word = 'time') => Array.from({ length: count }, () => word).join(' ');
/** A chat whose prompt has this many tokens: the template adds 3. */
const chat = (tokens: number, changes: Readonly<Record<string, unknown>> = {}) =>
  chatBody({
    messages: [{ role: 'user', content: words(tokens - 3) }],
    max_tokens: 12,
    nvext: { extra_fields: ['timing', 'worker_id'] },
    ...changes,
  });

interface Chunk {
  readonly choices: readonly { readonly finish_reason: string | null }[];
  readonly nvext?: {
    readonly worker_id: Readonly<Record<string, number>>;
    readonly timing?: Readonly<Record<string, number>>;
  };
  readonly usage?: { readonly prompt_tokens_details: { readonly cached_tokens: number } };
}

/** What one streamed chat told about itself. */
async function ask({ port }: MockServer, body: string) {
  const data = dataOf(bodyOf(await exchangeRaw(port, { body, quietMs: 5000 })));
  const chunks = data.filter((text) => text !== '[DONE]').map((text) => JSON.parse(text) as Chunk);
  const finish = chunks.find(({ choices: [choice] }) => choice?.finish_reason);
  return {
    data,
    chunks: data.filter((text) => text.includes('"content"')).length,
    workerId: finish?.nvext?.worker_id,
    timing: finish?.nvext?.timing,
    cachedTokens: chunks.at(-1)?.usage?.prompt_tokens_details.cached_tokens,
  };
}

const read = async ({ url }: MockServer, path: string) => (await fetch(url + path)).text();

test('a disaggregated deployment tells of its cache by the router’s hit rate only, as Dynamo does', async () => {
  const server = await start({ deployment: { like: 'disaggregated-kv', timeScale: 0.05 } });
  await ask(server, chat(305));
  const { data, timing, workerId, cachedTokens, chunks } = await ask(server, chat(305));
  // Four of its five blocks, the last of which is not full; 12 tokens leave as 1, 9 and 2.
  expect(timing).toMatchObject({ kv_hit_rate: 0.8, router_queue_depth: 0 });
  expect(timing!['kv_transfer_estimated_latency_ms']).toBeGreaterThan(0);
  expect(timing!['ttft_ms']).toBeLessThan(timing!['total_time_ms']!);
  expect(cachedTokens).toBe(0);
  expect(chunks).toBe(3);
  expect(workerId).toMatchObject({ prefill_dp_rank: 0, decode_dp_rank: 0 });
  // Beyond 2^53, so compared as text.
  const ids = /"prefill_worker_id":(\d+),.*"decode_worker_id":(\d+),/.exec(data[0]!);
  const [, entry] = server.journal().requests;
  expect(entry).toMatchObject({ cached_tokens: 256, kv_hit_rate: 0.8 });
  expect([entry?.prefill_worker_id, entry?.decode_worker_id]).toEqual([ids![1], ids![2]]);
  expect(ids![1]).not.toBe(ids![2]);

  const metrics = await read(server, '/metrics');
  expect(metrics).toMatch(/^dynamo_component_router_kv_hit_rate_sum\{[^}]*\} 1\.6$/m);
  expect(metrics).toMatch(/^dynamo_component_router_kv_hit_rate_count\{[^}]*\} 4$/m);
  expect(metrics).toMatch(/^dynamo_component_router_requests_total\{[^}]*\} 4$/m);
  expect(metrics).toContain('dynamo_frontend_cached_tokens_sum{model="mock-model"} 0');
  expect(await read(server, '/v1/models')).toContain('"context_window":121000');
});

test('an aggregated deployment with its prefix cache on tells of it in usage', async () => {
  const deployment = { workers: 1, prefixCache: true, timeScale: 0.05 };
  const server = await start({ deployment });
  await ask(server, chat(305));
  const { timing, workerId, cachedTokens } = await ask(server, chat(305));
  expect(cachedTokens).toBe(256);
  expect(timing).not.toHaveProperty('kv_hit_rate');
  expect(workerId).not.toHaveProperty('prefill_dp_rank');
  const metrics = await read(server, '/metrics');
  expect(metrics).not.toContain('router');
  expect(metrics).toContain('dynamo_frontend_cached_tokens_sum{model="mock-model"} 256');
});

test('a cache salt makes a cold cache, and so does another prompt', async () => {
  const server = await start({ deployment: { workers: 1, prefixCache: true, timeScale: 0.05 } });
  await ask(server, chat(305));
  expect(await ask(server, chat(305, { cache_salt: 'b' }))).toMatchObject({ cachedTokens: 0 });
  const other = [{ role: 'user', content: words(302, 'tide') }];
  expect(await ask(server, chat(305, { messages: other }))).toMatchObject({ cachedTokens: 0 });
});

test('the recipe’s aggregated deployment caches nothing', async () => {
  const server = await start({ deployment: { workers: 1, timeScale: 0.05 } });
  await ask(server, chat(305));
  expect(await ask(server, chat(305))).toMatchObject({ cachedTokens: 0 });
});

test('a deployment whose workers have enough to do answers 529', async () => {
  const deployment = { workers: 1, busyPrefillTokens: 100 };
  const server = await start({ deployment });
  const first = exchangeRaw(server.port, { body: chat(2000), quietMs: 5000 });
  await expect.poll(() => server.journal().requests[0]?.prefill_worker_id).toBeDefined();
  const { text } = await exchangeRaw(server.port, { body: chat(10) });
  expect(text).toMatch(/^HTTP\/1.1 529 <none>/);
  expect(text).toContain(
    '{"message":"Service temporarily overloaded","type":"Overloaded","code":529}',
  );
  expect((await first).text).toContain('[DONE]');
});

test('a client that goes away leaves its place', async () => {
  const server = await start({ deployment: { workers: 1, ranks: 1, sequencesPerRank: 1 } });
  const leave = new AbortController();
  const endless = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: chat(500, { max_tokens: 100_000 }),
    signal: leave.signal,
  });
  await endless.body!.getReader().read();
  leave.abort();
  expect((await ask(server, chat(10))).timing).toBeDefined();
});

test('a disaggregated deployment lists the workers of both phases', async () => {
  const server = await start({ deployment: 'disaggregated-kv' });
  expect(JSON.parse(await read(server, '/v1/models/mock-model/ready'))).toMatchObject({
    namespaces: {
      dynamo: {
        worker_types: {
          decode: { workers: 2, needs: [['prefill']] },
          prefill: { workers: 2, needs: [['decode']] },
        },
        present: ['decode', 'prefill'],
      },
    },
  });
  expect(await read(server, '/health')).toMatch(/"component":"prefill".*"instance_id":\d{19}/);
});

test('a prompt beyond the model’s length is refused, and an output is cut at it', async () => {
  const server = await start({ deployment: { maxModelTokens: 500, timeScale: 0.01 } });
  const { text } = await exchangeRaw(server.port, { body: chat(501) });
  expect(text).toContain('Prompt is too long');
  expect((await ask(server, chat(497))).data.join()).toContain('"completion_tokens":3');
});
