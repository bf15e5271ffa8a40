import { expect, test } from 'vitest';

import { runCli, spawnCli } from '../test/run-cli.ts';

/** Runs `replay mock`, asks it something once it serves, and interrupts it. */
async function serve(args: readonly string[], ask: (url: string) => Promise<void>) {
  let asked: Promise<void> | undefined;
  const ended = await spawnCli(['mock', '--port', '0', ...args], {
    onStdout: (child, stdout) => {
      asked ??= ask(stdout.trim()).finally(() => child.kill('SIGINT'));
    },
  });
  await asked;
  return ended;
}

const post = (url: string, body: object) =>
  fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'mock-model', max_tokens: 20, ...body }),
  });

test('replay mock --mode serves a deployment and tells its emission lag', async () => {
  const args = ['--mode', 'disaggregated-kv', '--time-scale', '0.01', '--stream-interval', '5'];
  const ended = await serve(args, async (url) => {
    const answer = await (await post(url, { prompt: 'a b c', stream: true })).text();
    // 20 tokens in chunks of 5 after the first one, then the finish chunk and [DONE].
    expect(answer.match(/^data: /gm)).toHaveLength(5 + 2);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('dynamo_component_router_kv_hit_rate_count');
  });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('Serving mock-model, disaggregated-kv, until interrupted.');
  expect(ended.stderr).toMatch(/Served 1 requests\. Of 5 chunks, half left within [\d.]+ ms/);
});

test('replay mock --prefix-cache on makes the aggregated deployment use blocks again', async () => {
  const prompt = Array.from({ length: 300 }, () => 'time').join(' ');
  const mode = ['--mode', 'aggregated-round-robin', '--time-scale', '0.01'];
  const cachedTokens = async (args: readonly string[]) => {
    let text = '';
    await serve([...mode, '--deployment', '{"workers":1}', ...args], async (url) => {
      await (await post(url, { prompt })).text();
      text = await (await post(url, { prompt })).text();
    });
    return /"cached_tokens":(\d+)/.exec(text)?.[1];
  };
  expect(await cachedTokens(['--prefix-cache', 'on'])).toBe('256');
  expect(await cachedTokens([])).toBe('0');
});

test.each([
  [['--mode', 'x'], "argument 'x' is invalid"],
  [['--mode', 'disaggregated-kv', '--ttft', '4'], 'Cannot use --ttft: --mode is disaggregated-kv'],
  [['--prefix-cache', 'on'], 'Cannot use --prefix-cache: --mode is absent'],
  [['--deployment', '{'], 'Cannot read --deployment: '],
  [['--mode', 'disaggregated-kv', '--deployment', '{"x":1}'], 'Unrecognized key: "x"'],
])('replay mock %j is refused', async (args, message) => {
  const ended = await runCli(['mock', ...args]);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain(message);
});
