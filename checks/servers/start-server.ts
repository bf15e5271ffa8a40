import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A server of another make, on loopback, in the process group of the tests. */
export interface RunningServer {
  readonly url: string;
  /** Ends it without a word, as the kernel does when memory is short. */
  kill(): Promise<void>;
}

/** Where `scripts/test-servers.mjs` has installed servers and made the model. */
const cache = process.env['SERVERS_TEST_CACHE'] ?? '';
const firstPort = Number(process.env['SERVERS_TEST_PORT']);
const SHARED = fileURLToPath(new URL('../../../shared/servers/', import.meta.url));
const START_MS = 90_000;
const LOOK_EVERY_MS = 200;

let started = 0;

/** llama.cpp with a tiny model: 4 slots of 2,048 tokens on one thread. */
export function startLlamaCpp(): Promise<RunningServer> {
  // By its name alone, which is the name that the server lists.
  const args = [join(SHARED, 'serve_ll.py'), 'tiny.gguf'];
  return start('llama.cpp', (port) => [join(cache, 'llama/bin/python'), ...args, String(port)]);
}

/** Long, as the proxy refuses to start with a key that is easy to guess. */
export const LITELLM_KEY = 'sk-trace-replay-0b7c1d5e9f3a4682a1c0';

/** LiteLLM's proxy, which knows the server at `url` as the model "tiny". */
export function startLiteLlm(url: string): Promise<RunningServer> {
  const config = join(cache, 'litellm.json');
  const behind = { model: 'openai/tiny.gguf', api_base: `${url}/v1`, api_key: 'none' };
  writeFileSync(
    config,
    JSON.stringify({
      model_list: [{ model_name: 'tiny', litellm_params: behind }],
      general_settings: { master_key: LITELLM_KEY },
    }),
  );
  const program = join(cache, 'litellm/bin/litellm');
  const fixed = ['--config', config, '--host', '127.0.0.1', '--telemetry', 'False'];
  return start('LiteLLM', (port) => [program, ...fixed, '--port', String(port)]);
}

/** What a client library saw, as its script in this folder prints it. */
export async function runClient(
  language: 'python' | 'node',
  url: string,
  model: string,
): Promise<Readonly<Record<string, unknown>>> {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const [program, script] =
    language === 'python'
      ? [join(cache, 'openai/bin/python'), here('openai-client.py')]
      : [process.execPath, here('openai-client.mjs')];
  const library = join(cache, 'npm/node_modules/openai/index.mjs');
  const child = spawn(program, [script, `${url}/v1`, model, library]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  await new Promise((resolve) => child.on('close', resolve));
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

async function start(
  name: string,
  commandOn: (port: number) => readonly string[],
): Promise<RunningServer> {
  const port = firstPort + started++;
  const [program = '', ...args] = commandOn(port);
  const child = spawn(program, args, {
    cwd: join(cache, 'model'),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Neither asks the network for prices and models.
    env: { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True', HF_HUB_OFFLINE: '1' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (said = (said + String(text)).slice(-2000)));
  }
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  const url = `http://127.0.0.1:${port}`;
  const endMs = performance.now() + START_MS;
  while (!(await isAnswering(url))) {
    if (child.exitCode !== null || performance.now() > endMs) {
      await kill();
      throw new Error(`${name} did not start: ${said}`);
    }
    await setTimeout(LOOK_EVERY_MS);
  }
  return { url, kill };
}

/** Whether it lists its models. */
async function isAnswering(url: string): Promise<boolean> {
  try {
    const headers = { authorization: `Bearer ${LITELLM_KEY}` };
    return (await fetch(`${url}/v1/models`, { headers })).ok;
  } catch {
    return false;
  }
}
