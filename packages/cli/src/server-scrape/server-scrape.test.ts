import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { summarySchema } from '@trace-replay/metrics';
import { serverMetricsSchema } from '@trace-replay/metrics/internal';
import { type MockProcess, startMock } from '@trace-replay/mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, traceText } from '../test/run-cli.ts';
import { startServerMetrics } from './start-scrape.ts';

let scratch: Scratch;
let mock: MockProcess;
let other: Server | undefined;

beforeEach(async () => {
  scratch = createScratch();
  mock = await startMock({ latency: { ttftMs: 20, itlMs: 2 } });
});

afterEach(async () => {
  other?.closeAllConnections();
  other?.close();
  other = undefined;
  await mock.stop();
  scratch.remove();
});

async function serve(answer: (path: string) => { status: number; text: string }): Promise<string> {
  const server = createServer((request, response) => {
    const { status, text } = answer(request.url ?? '');
    response.writeHead(status).end(text);
  });
  other = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function replay(...flags: string[]) {
  const trace = scratch.write('t.jsonl', traceText(60, 40));
  const root = join(scratch.path, 'artifacts');
  const ended = await runCli([
    '--trace',
    trace,
    '--url',
    mock.url,
    '--artifact-dir',
    root,
    ...flags,
  ]);
  const results = scratch.results();
  const summary = summarySchema.parse(JSON.parse(scratch.read(`${results}/summary.json`)));
  const files = scratch.files().filter((name) => name.includes('server_metrics'));
  return { ended, results, summary, files };
}

describe('replay --server-metrics', () => {
  test('scrapes the target by itself and holds its counters against the records', async () => {
    const { ended, results, summary } = await replay();
    expect(ended.code).toBe(0);
    const { endpoints, check } = summary.server_metrics ?? {};
    expect(endpoints).toMatchObject([{ url: `${mock.url}/metrics`, failures: 0 }]);
    expect(check).toMatchObject({
      source: 'dynamo_frontend',
      requests: { server: 60, ours: 60, difference: 0 },
      output_tokens: { server: 180, ours: 180, difference: 0 },
    });
    // The server's own time to first token has no way and no connection in it.
    const { server = 0, ours = 0 } = check?.time_to_first_token_mean_ms ?? {};
    expect(server).toBeGreaterThan(15);
    expect(ours).toBeGreaterThan(server - 1);
    expect(ended.stdout).toMatch(
      /^server +counted by dynamo_frontend: 60 requests ok, 60 here · 180 output tokens, 180 here/m,
    );

    const lines = scratch.read(`${results}/server_metrics.jsonl`).trimEnd().split('\n');
    const scrapes = lines.map((line) => JSON.parse(line) as { series: Record<string, number> });
    // The schedule takes 2.4 s; each line has what changed.
    expect(scrapes.length).toBeGreaterThanOrEqual(3);
    expect(scrapes).toHaveLength(endpoints?.[0]?.scrapes ?? 0);
    const last = scrapes.findLast(({ series }) =>
      Object.keys(series).some((name) => name.startsWith('dynamo_frontend_requests_total{')),
    );
    expect(Object.keys(last?.series ?? {}).length).toBeGreaterThan(3);

    const text = scratch.read(`${results}/server_metrics_summary.json`);
    const said = serverMetricsSchema.parse(JSON.parse(text));
    expect(said.endpoints[0]?.series).toContainEqual(
      expect.objectContaining({
        name: 'dynamo_frontend_output_sequence_tokens',
        sum: 180,
        mean: 3,
      }),
    );
    // The report is made again with them.
    const again = await runCli(['report', join(scratch.path, results), '--json']);
    expect(JSON.parse(again.stdout)).toEqual(summary);
  });

  test('says what others did at the same server', async () => {
    // Counts a thousand requests a scrape that nobody here has sent: no number of scrapes makes 60.
    let scrapes = 0;
    const url = await serve(() => ({
      status: 200,
      text: `vllm:request_success_total{model_name="mock-model"} ${1000 * scrapes++}\n`.replace(
        /^/,
        '# TYPE vllm:request_success_total counter\n',
      ),
    }));
    const { ended, summary } = await replay('--server-metrics', `${url}/metrics`);
    const { requests } = summary.server_metrics?.check ?? {};
    expect(requests?.difference).not.toBe(0);
    expect(requests).toMatchObject({ server: 1000 * (scrapes - 1), ours: 60 });
    const said = ended.stdout.replaceAll(/\s+/g, ' ');
    expect(said).toMatch(
      /counted at least [\d,]+ requests more than this run sent: others used it/,
    );
  });

  test('blames nobody else where the page died on the way', async () => {
    let scrapes = 0;
    const url = await serve(() => ({
      status: scrapes > 1 ? 500 : 200,
      text: `# TYPE vllm:request_success_total counter\nvllm:request_success_total ${7 * scrapes++}\n`,
    }));
    const { ended } = await replay('--server-metrics', `${url}/metrics`);
    const said = ended.stdout.replaceAll(/\s+/g, ' ');
    expect(said).toContain('end before the run does');
    expect(said).not.toMatch(/others used it|fewer than were answered/);
  });

  test('warns of a dead endpoint, one that refuses and one that talks nonsense, and goes on', async () => {
    const url = await serve((path) =>
      path === '/nonsense' ? { status: 200, text: '<html>\n' } : { status: 404, text: 'no' },
    );
    const dead = 'http://127.0.0.1:1/metrics?token=canary-7';
    const flags = [dead, `${url}/gone`, `${url}/nonsense`].flatMap((each) => [
      '--server-metrics',
      each,
    ]);
    const { ended, summary, files } = await replay(...flags);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(
      'No metrics from http://127.0.0.1:1/metrics: no answer (ECONNREFUSED).',
    );
    expect(ended.stdout).toContain(`${url}/gone`);
    const { endpoints = [], check } = summary.server_metrics ?? {};
    expect(endpoints.map(({ failures }) => failures > 0)).toEqual([true, true, true]);
    expect(endpoints[1]?.last_error).toBe('it answered 404, expected 200');
    expect(endpoints[2]?.last_error).toBe('it is no metrics page');
    expect(check).toBeUndefined();
    for (const file of files) expect(scratch.read(file)).not.toContain('canary-7');
  });

  test('leaves nothing when it is off', async () => {
    expect(await replay('--server-metrics', 'off')).toMatchObject({
      files: [],
      ended: { code: 0 },
    });
  });

  test('leaves nothing of a target without such a page when nobody asked for it', async () => {
    const url = await serve(() => ({ status: 404, text: '' }));
    const path = join(scratch.path, 'server_metrics.jsonl');
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const options = { asked: [], targets: [url], tls: {}, path, onWarning };
    expect(await startServerMetrics(options)).toBeUndefined();
    expect({ warnings, files: scratch.files() }).toEqual({ warnings: [], files: [] });
  });

  test.each([
    ['what is no URL', ['metrics'], 'Cannot use --server-metrics "metrics"'],
    ['"off" beside a URL', ['off', 'http://a/metrics'], 'Cannot use --server-metrics "off" beside'],
  ])('refuses %s', async (_what, values, says) => {
    const trace = scratch.write('t.jsonl', traceText(1));
    const flags = values.flatMap((value) => ['--server-metrics', value]);
    const ended = await runCli(['--trace', trace, '--url', mock.url, ...flags]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(says);
  });
});
