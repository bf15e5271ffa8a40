import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { type MockProcess, startMock } from '@trace-replay/mock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { ClusterNode } from './cluster-node.ts';
import type { ConfigMap } from './kubernetes-types.ts';
import { composed, jobOf, manifestsOf, root, whyUnchecked } from './manifests.ts';
import { groupedTrace, killShard, readJson, recordsIn, statusOf, until } from './run-files.ts';

const MOONCAKE = join(root, '../shared/traces/conversation_trace.jsonl');
const hasTmux = spawnSync('tmux', ['-V']).error === undefined;
const hasMooncake = existsSync(MOONCAKE) || process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1';
const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');

const page = readFileSync(join(root, 'docs/recipes/deepseek-v32-fp4.md'), 'utf8');

/** Name in `trace analyze` → figure in the page, of our trace. */
const TRACE_FIGURES = [
  ['Total Requests', 'requests'],
  ['ISL Average', 'input tokens, average'],
  ['ISL Maximum', 'input tokens, most'],
  ['OSL Average', 'output tokens, average'],
  ['Avg Context .shared.', 'shared context, average'],
  ['Block-level Hit Rate', 'blocks that repeat'],
].map(([name = '', row]) => {
  const [, figure = ''] = new RegExp(`^\\| ${row} +\\| (\\S.*?) +\\|`, 'm').exec(page) ?? [];
  expect(figure, row).not.toBe('');
  return [name, figure] as const;
});

const [GROUPS, TOGETHER] = [12, 8];

describe.skipIf(whyUnchecked !== undefined)('the pods (Go is needed)', () => {
  let node: ClusterNode;
  let packed: string;
  let mock: MockProcess | undefined;

  beforeAll(() => {
    const [, variables = ''] = /^ENV (.*)$/m.exec(dockerfile) ?? [];
    node = new ClusterNode(
      Object.fromEntries(variables.split(' ').map((text) => text.split('=') as [string, string])),
    );
    packed = join(node.claim('perf-cache'), 'trace-replay.tgz');
    execFileSync(process.execPath, [join(root, 'deploy/pack.mjs'), packed], { timeout: 240_000 });
    execFileSync('tar', ['-xzf', packed, '-C', node.program]);
  }, 300_000);
  afterEach(async () => {
    await mock?.stop();
    mock = undefined;
  });
  afterAll(() => node.remove());

  /** The target, and settings that a test on a shared machine needs. */
  const here = (url: string) => ({
    REPLAY_URL: url,
    // One a line, as in the manifests; a worker that does not answer is a remark.
    REPLAY_SERVER_METRICS: `${url}/metrics\nhttp://127.0.0.1:1/metrics`,
    // Each pod has its own address; processes of one machine share one.
    REPLAY_METRICS_HOST: '127.0.0.1',
    REPLAY_METRICS_PORT: '0',
    REPLAY_MODEL: 'mock-model',
    REPLAY_NO_FIDELITY_GATE: 'true',
    REPLAY_START_LEAD: '6',
    BENCHMARK_LINGER_SECONDS: '0',
  });

  const artifacts = () => join(node.claim('perf-cache'), 'artifacts');

  /** Runs the packed command on a results directory. */
  const cli = (...args: string[]) => {
    const main = join(node.program, 'bundle/main.js');
    return execFileSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  };

  test('what is packed fits into a ConfigMap, and runs by the entry point of the image', () => {
    expect(statSync(packed).size).toBeLessThan(2 ** 20);
    const [, entry = ''] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? [];
    const [, main = ''] = JSON.parse(entry) as string[];
    const file = main.replace('/opt/trace-replay', node.program);
    const env = { PATH: '' };
    const version = execFileSync(process.execPath, [file, '--version'], { env, encoding: 'utf8' });
    const manifest = readFileSync(join(root, 'packages/cli/package.json'), 'utf8');
    expect(version.trim()).toBe((JSON.parse(manifest) as { version: string }).version);
    expect(dockerfile).toContain(`-C /out\n\nFROM`);
  });

  describe.skipIf(!hasMooncake)('of the experiment (../shared is needed)', () => {
    const trace =
      '/model-cache/traces/conversation_trace_synth_16.00x1+10.00_speedup1_maxisl110000';

    test('make the trace that the page describes', async () => {
      const traces = join(node.claim('model-cache'), 'traces');
      node.copyIn('model-cache', `traces/${basename(MOONCAKE)}`, readFileSync(MOONCAKE));
      const ended = await node.runPod(jobOf(manifestsOf('model-cache/trace'), 'trace'));
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      const file = join(traces, `${basename(trace)}.jsonl`);
      const analysis = cli('trace', 'analyze', file);
      for (const [name, value] of TRACE_FIGURES) {
        expect(analysis).toMatch(new RegExp(`${name} +${value.replace('.', '[.]')}`));
      }
    }, 120_000);

    test.each([
      ['agg-round-robin', 'agg-round-robin', 'the image', hasTmux],
      ['disagg-kv', 'disagg-kv-router', 'a stock image', false],
    ])('replay it against %s, by %s/perf in %s', async (mode, directory, image, hasTmux) => {
      mock = await startMock({ latency: { ttftMs: 20, itlMs: 1 } });
      const step = `trtllm/${directory}/perf`;
      const documents = manifestsOf(
        image === 'the image' ? step : composed(node.path, step, ['stock-node']),
      );
      const ended = await node.runPod(jobOf(documents, mode), {
        documents,
        hasTmux,
        env: { ...here(mock.url), REPLAY_LIMIT: '16', REPLAY_SPEEDUP: '2' },
      });
      expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0 });
      expect(ended.stderr).toContain(hasTmux ? 'tmux a -t benchmark' : 'tmux is not here');
      const [run = ''] = readdirSync(artifacts()).filter((name) =>
        name.endsWith(mode + '-benchmark'),
      );
      expect(run).toMatch(/^\d{10}_/);
      const place = join(artifacts(), run, basename(trace));
      expect(readdirSync(join(artifacts(), run))).toContain('input_config.json');
      expect(statusOf(place)).toBe('completed');
      // One request that asks the server for details, the recipe's warm-up, then every row.
      const { requests } = await mock.journal();
      const lengths = requests.map((one) => one.output_tokens_asked);
      expect(lengths.slice(0, 11)).toEqual([1, ...Array.from({ length: 10 }, () => 200)]);
      expect(requests).toHaveLength(1 + 10 + 16);
      expect(readJson(join(place, 'summary.json'))['server_metrics']).toMatchObject({
        endpoints: [{ failures: 0 }, { scrapes: 0 }],
        check: { requests: { server: 16, ours: 16 } },
      });
    });

    test('are compared: the newest run of each mode', async () => {
      const ended = await node.runPod(jobOf(manifestsOf('trtllm/compare'), 'compare'));
      expect(ended, ended.stderr).toMatchObject({ code: 0 });
      const [epoch = ''] = readdirSync(join(artifacts(), 'comparison'));
      const left = (name: string) =>
        readFileSync(join(artifacts(), 'comparison', epoch, name), 'utf8');
      expect(left('comparison.md')).toBe(ended.stdout);
      expect(ended.stdout).toMatch(/agg-round-robin-benchmark.*disagg-kv-benchmark/s);
      const { sides } = JSON.parse(left('comparison.json')) as { sides: { name: string }[] };
      expect(sides.map(({ name }) => name)).toEqual([
        'agg-round-robin-benchmark',
        'disagg-kv-benchmark',
      ]);
    });
  });

  test('drain when Kubernetes takes the pod away, and leave what they have', async () => {
    mock = await startMock({ latency: { ttftMs: 300, itlMs: 10 } });
    node.copyIn('model-cache', 'traces/long.jsonl', groupedTrace(400, 2));
    const job = jobOf(manifestsOf('trtllm/agg-round-robin/perf'), 'agg');
    const place = join(artifacts(), 'taken', 'long');
    let child: ChildProcess | undefined;
    const running = node.runPod(job, {
      env: {
        ...here(mock.url),
        REPLAY_TRACE: '/model-cache/traces/long.jsonl',
        REPLAY_WARM_UP_REQUESTS: '0',
        REPLAY_RUN_ID: 'taken',
      },
      onOutput: (started) => (child = started),
    });
    await until(() => recordsIn(place).length > 0);
    child?.kill('SIGTERM');
    const ended = await running;
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 6 });
    // Every row that was sent has ended, and is recorded so; the others are recorded as not sent.
    const { requests } = await mock.journal();
    const rows = requests.filter(({ request_id: id }) => id?.startsWith('taken-'));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ outcome }) => outcome === 'completed')).toBe(true);
    expect(statusOf(place)).toBe('stopped');
    expect(readJson(join(place, 'summary.json'))['rows']).toMatchObject({
      ok: rows.length,
      not_sent: 800 - rows.length,
    });
  }, 120_000);

  /** Runs the pods of the Indexed Job at once, and the merge. */
  function runSharded(count: number, hasTmux: boolean, url: string) {
    const id = `sharded-${count}-${hasTmux}`;
    // As "kubectl create configmap" makes it for each run.
    const run: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'sharded-run' },
      data: { REPLAY_RUN_ID: id },
    };
    const documents = [...manifestsOf('trtllm/sharded'), run];
    node.copyIn('model-cache', 'traces/day.jsonl', groupedTrace(GROUPS, TOGETHER));
    const env = {
      ...here(url),
      REPLAY_TRACE: '/model-cache/traces/day.jsonl',
      REPLAY_SHARDS: String(count),
      REPLAY_START_BARRIER: `/perf-cache/barriers/${id}`,
      REPLAY_START_LEAD: '2',
      REPLAY_WARM_UP_REQUESTS: '0',
    };
    const shards = jobOf(documents, 'disagg-kv-benchmark');
    const pods = Array.from({ length: count }, (_, index) =>
      node.runPod(shards, { documents, index, env, hasTmux }),
    );
    const merge = (seconds: string, ...flags: string[]) =>
      node.runPod(jobOf(documents, 'merge'), {
        documents,
        args: (args) =>
          args.includes('merge')
            ? [...args, ...flags]
            : [...args.slice(0, -2), String(count), seconds],
      });
    return { pods, merge, id, place: join(artifacts(), id, 'day') };
  }

  test.each([
    [1, hasTmux],
    [4, hasTmux],
    [16, false],
  ])(
    'replay one trace from %i pods, merged after them',
    async (count, hasTmux) => {
      mock = await startMock({ latency: { ttftMs: 5, itlMs: 1 } });
      const { pods, merge, id, place } = runSharded(count, hasTmux, mock.url);
      const merging = merge('120');
      const ended = await Promise.all(pods);
      expect(ended.map(({ code, stdout, stderr }) => (code === 0 ? '' : stdout + stderr))).toEqual(
        pods.map(() => ''),
      );
      const { requests } = await mock.journal();
      const ids = requests.map((one) => one.request_id ?? '').filter((one) => one.startsWith(id));
      const rows = Array.from({ length: GROUPS * TOGETHER }, (_, row) => `${id}-${row}`);
      expect(ids.sort()).toEqual(rows.sort());

      const merged = await merging;
      expect(merged, merged.stderr).toMatchObject({ code: 0 });
      expect(recordsIn(place)).toHaveLength(rows.length);
      // The merged summary is the one that the joined records give.
      const summary = readJson(join(place, 'summary.json'));
      expect(summary['rows']).toMatchObject({ ok: rows.length });
      const again: unknown = JSON.parse(cli('report', place, '--json'));
      expect(again).toEqual(summary);
    },
    180_000,
  );

  test('a shard that is killed is missed by the merge', async () => {
    mock = await startMock({ latency: { ttftMs: 50, itlMs: 200 } });
    const { pods, merge, place } = runSharded(4, false, mock.url);
    const victim = 'shard-2-of-4';
    const state = join(place, victim, 'run.json');
    await until(() => existsSync(state) && readJson(state)['zero'] !== undefined);
    killShard(2, node.claim('perf-cache'));
    const codes = (await Promise.all(pods)).map(({ code }) => code);
    expect(codes).toEqual([0, 0, 137, 0]);
    const refused = await merge('1');
    expect(refused.stderr).toContain(`${victim} has not ended`);
    expect(refused.code).toBe(2);
    const allowed = await merge('1', '--allow-missing');
    expect(allowed.stderr).toContain(`Merged without the whole run: ${victim} has not ended`);
    expect(allowed.code).toBe(0);
  }, 120_000);
});
