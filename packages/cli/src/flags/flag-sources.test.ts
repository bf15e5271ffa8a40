import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readReplayFlags, REPLAY_FLAGS } from './replay-flags.ts';
import { completeFlags, type Environment } from './flag-sources.ts';
import { variableOf } from './required-flags.ts';
import { createScratch, type Scratch } from '../test/run-cli.ts';

const OPTIONS = REPLAY_FLAGS;

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(() => scratch.remove());

/**
 * Completes a command line; `file` becomes replay.yaml, or the name before its first line break.
 */
function complete(argv: readonly string[], environment: Environment, file?: string) {
  const command = new Command().exitOverride();
  for (const option of OPTIONS) command.addOption(option);
  const config = file === undefined ? [] : ['--config', scratch.write('replay.yaml', file)];
  command.parse([...argv, ...config], { from: 'user' });
  return completeFlags(command, OPTIONS, environment);
}

describe('completeFlags()', () => {
  const winners: [
    behaviour: string,
    argv: string[],
    env: Environment,
    file: string,
    is: unknown,
  ][] = [
    ['takes the default', [], {}, '', 1],
    ['takes the file before the default', [], {}, 'speedup: 2', 2],
    ['takes the environment before the file', [], { REPLAY_SPEEDUP: '3' }, 'speedup: 2', 3],
    [
      'takes the command line before all',
      ['--speedup', '4'],
      { REPLAY_SPEEDUP: '3' },
      'speedup: 2',
      4,
    ],
    [
      'takes the command line also when it says the default',
      ['--speedup', '1'],
      {},
      'speedup: 2',
      1,
    ],
    ['takes an empty variable for none', [], { REPLAY_SPEEDUP: '' }, 'speedup: 2', 2],
  ];

  test.each(winners)('%s', async (_behaviour, argv, environment, file, expected) => {
    expect((await complete(argv, environment, file)).values['speedup']).toBe(expected);
  });

  const presets: [argv: string[], outputLength: unknown][] = [
    [[], undefined],
    [['--output-length', 'exact'], 'exact'],
    [['--output-length', 'cap'], 'cap'],
  ];

  test.each(presets)('leaves to --server what %j does not give', async (argv, outputLength) => {
    const target = ['--trace', 't', '--url', 'http://a:1', '--server', 'openai'];
    const { values, given } = await complete([...target, ...argv], {});
    expect(readReplayFlags(values, given).replay.outputLength).toBe(outputLength);
  });

  test('takes a list whole from one place', async () => {
    const environment = { REPLAY_URL: 'http://b:1, http://c:1\nhttp://d:1' };
    const file = 'url: [http://e:1]\nserver-metrics: off';
    const { values } = await complete(['--url', 'http://a:1'], environment, file);
    expect(values).toMatchObject({ url: ['http://a:1'], serverMetrics: ['off'] });
    const { values: without } = await complete([], environment, file);
    expect(without['url']).toEqual(['http://b:1', 'http://c:1', 'http://d:1']);
  });

  test('reads every kind of flag from the file', async () => {
    const file = `
trace: day.jsonl
url: http://a:1
wait-for-model: 900
run-id: 0010
insecure: true
token-id-range: 5-9
body: { temperature: 0, stop: [a] }
header:
  x-team: "perf, night: two"
fail-if:
  - rows.failed>0
  - goodput.fraction<0.95
shard: 1/4
`;
    expect((await complete([], {}, file)).values).toMatchObject({
      trace: 'day.jsonl',
      url: ['http://a:1'],
      waitForModel: 900,
      runId: '0010',
      insecure: true,
      tokenIdRange: { from: 5, to: 9 },
      body: { temperature: 0, stop: ['a'] },
      header: { 'x-team': 'perf, night: two' },
      failIf: ['rows.failed>0', 'goodput.fraction<0.95'],
      shard: { index: 1, count: 4 },
    });
  });

  test('reads JSON as it reads YAML, and the file that REPLAY_CONFIG names', async () => {
    const path = scratch.write('replay.json', '{"speedup": 2, "header": {"x-a": "b"}}');
    const { values } = await complete([], { REPLAY_CONFIG: path });
    expect(values).toMatchObject({ speedup: 2, header: { 'x-a': 'b' } });
  });

  test('reads switches and headers from the environment', async () => {
    const environment = { REPLAY_JSON: '1', REPLAY_HEADER: 'a: b, c\nd: e', REPLAY_SHARD: '0/4' };
    expect((await complete([], environment)).values).toMatchObject({
      json: true,
      header: { a: 'b, c', d: 'e' },
      shard: { index: 0, count: 4 },
    });
  });

  const unusable: [behaviour: string, env: Environment, file: string, message: string][] = [
    ['names a variable', { REPLAY_SPEEDUP: '0' }, '', 'Cannot use REPLAY_SPEEDUP "0": expected'],
    ['names a key of the file', {}, 'speedup: 0', 'Cannot use "speedup" of replay.yaml "0": exp'],
    ['wants true or false', { REPLAY_JSON: 'ja' }, '', 'REPLAY_JSON "ja": expected true or false'],
    ['knows its modes', {}, 'endpoint: chats', '"endpoint" of replay.yaml "chats": expected'],
    ['wants flags as keys', {}, 'tarce: x', 'Cannot use "tarce" of replay.yaml: it is no flag'],
    ['knows what was meant', {}, 'waitForModel: 3', 'it is no flag, expected "wait-for-model"'],
    ['wants keys once', {}, 'speedup: 2\nspeedup: 3', 'line 2: duplicate key, expected YAML'],
    ['wants a mapping', {}, '- speedup', 'it is no mapping, expected flag: value'],
    ['wants values', {}, 'speedup:', '"speedup" of replay.yaml: it has no value'],
    ['wants one value of most flags', {}, 'speedup: [1, 2]', 'it has several values, expected one'],
    ['has no file inside a file', {}, 'config: b.yaml', 'Cannot use "config" of replay.yaml'],
    [
      'reads no missing file',
      { REPLAY_CONFIG: 'nowhere.yaml' },
      '',
      'Cannot read --config "nowher',
    ],
    ['takes no key itself', {}, 'api-key: sk-canary', 'Cannot use "api-key" of replay.yaml: it is'],
  ];

  test.each(unusable)('%s', async (_behaviour, environment, file, message) => {
    const given = environment['REPLAY_CONFIG'] === undefined ? file : undefined;
    await expect(complete([], environment, given)).rejects.toThrow(message);
  });

  test.each([
    [{ REPLAY_HEADER: 'sk-canary-1' }, undefined],
    [{}, 'header: sk-canary-1'],
    [{}, 'api-key: sk-canary-1'],
    [{}, 'header: "sk-canary-1\nspeedup: 1'],
  ])('keeps what may be a secret out of its message: %j %j', async (environment, file) => {
    const failing = complete([], environment, file);
    await expect(failing).rejects.toThrow(/^Cannot (use|read)/);
    await expect(failing).rejects.not.toThrow(/canary/);
  });

  test('passes over what Kubernetes sets for a Service, and remarks on other unknown variables', async () => {
    const { values, remarks } = await complete([], {
      REPLAY_METRICS_PORT: 'tcp://10.0.0.1:9091',
      REPLAY_METRICS_SERVICE_HOST: '10.0.0.1',
      REPLAY_METRICS_PORT_9091_TCP_ADDR: '10.0.0.1',
      REPLAY_TRACES: 'day.jsonl',
      REPLAY_SHARDS: '4',
      OTHER: '1',
    });
    expect(values['metricsPort']).toBeUndefined();
    expect(remarks).toEqual(['The variable REPLAY_TRACES names no flag and is not used.']);
  });

  test('every flag has a variable of its own', () => {
    const variables = OPTIONS.map(({ long }) => variableOf(long ?? ''));
    expect(new Set(variables).size).toBe(OPTIONS.length);
    expect(variables.every((name) => /^REPLAY_[A-Z][A-Z_]+$/.test(name))).toBe(true);
  });
});
