import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ConfigMap, Container, Job, Manifest } from './kubernetes-types.ts';
import { jobOf, manifestsOf, whyUnchecked } from './manifests.ts';
import { startModelHub } from './model-hub.ts';

/** The Python of the Job's image, 3.12, with a pip of its own. */
const python = [
  'python3.12',
  'python3',
  ...pyenvVersions().map((version) => join(homedir(), '.pyenv/versions', version, 'bin/python3')),
].find((name) => {
  const { status, stdout } = spawnSync(name, ['-m', 'pip', '--version'], { encoding: 'utf8' });
  return status === 0 && stdout.includes('(python 3.12)');
});
const isRequired = process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1';
const whyNot =
  whyUnchecked ??
  (python === undefined ? 'Python 3.12 with pip, as in the image, is not installed' : undefined) ??
  (canInstall() ? undefined : 'PyPI cannot be reached');

test('on a machine of CI the download is tested', () => {
  if (isRequired) expect(whyNot).toBeUndefined();
});

describe.skipIf(whyNot !== undefined)(`the Job model-download (${whyNot ?? 'tested'})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'trace-replay-download-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  let documents: readonly Manifest[];
  let job: Job;
  beforeAll(() => {
    documents = manifestsOf('model-cache/model-download');
    job = jobOf(documents, 'model-download');
  }, 600_000);

  /** Path of each mount → directory of this machine, with the files of ConfigMap and secret. */
  function mountsOf({ volumeMounts = [] }: Container): Map<string, string> {
    return new Map(
      volumeMounts.map(({ name, mountPath }) => {
        const path = join(scratch, name);
        mkdirSync(path, { recursive: true });
        const volume = job.spec.template.spec.volumes?.find((one) => one.name === name);
        const map = documents.find(
          (one) => one.kind === 'ConfigMap' && one.metadata.name === volume?.configMap?.name,
        ) as ConfigMap | undefined;
        for (const [file, text] of Object.entries(map?.data ?? {})) {
          writeFileSync(join(path, file), text);
        }
        if (volume?.secret !== undefined) writeFileSync(join(path, 'HF_TOKEN'), 'a-token\n');
        return [mountPath, path];
      }),
    );
  }

  /** Runs a container's command with its environment, and with nothing else of this process. */
  async function run(container: Container, more: { env?: object; args?: readonly string[] } = {}) {
    const mounts = mountsOf(container);
    const pattern = new RegExp(`(?<![\\w./:-])(?:${[...mounts.keys()].join('|')})(?=/|$)`);
    const here = (text: string) => text.replace(pattern, (path) => mounts.get(path) ?? path);
    const [, ...args] = container.command ?? [];
    const env = Object.fromEntries(
      (container.env ?? []).map(({ name, value }) => [name, here(value ?? '')]),
    );
    const child = spawn(
      python ?? '',
      [...args, ...(more.args ?? [])].map((arg) => arg.replace(/(?<==)\/.*|^\/.*/, here)),
      {
        cwd: scratch,
        env: {
          PATH: '/usr/bin:/bin',
          TMPDIR: mounts.get('/tmp'),
          ...proxies(),
          ...env,
          ...more.env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 280_000,
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (output += String(chunk)));
    }
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, output };
  }

  const containers = () => {
    const { initContainers = [], containers } = job.spec.template.spec;
    const [tools, download] = [...initContainers, ...containers];
    if (tools === undefined || download === undefined) throw new Error('not two containers');
    return { tools, download };
  };

  test('installs its tools by digest, and downloads a model with the token', async () => {
    const { tools, download } = containers();
    for (const { image } of [tools, download]) expect(image).toContain('python:3.12-');
    const installed = await run(tools);
    expect(installed.code, installed.output).toBe(0);

    const model = 'nvidia/DeepSeek-V3.2-NVFP4';
    const files = { 'config.json': '{"a": 1}\n', 'model-00001.safetensors': 'weights'.repeat(999) };
    const hub = await startModelHub(model, files, 'a-token');
    const downloaded = await run(download, { env: { HF_ENDPOINT: hub.url } });
    hub.stop();
    expect(downloaded.code, downloaded.output + hub.requests.join('\n')).toBe(0);
    const snapshots = join(
      scratch,
      'model-cache/hub/models--nvidia--DeepSeek-V3.2-NVFP4/snapshots',
    );
    const [snapshot = ''] = readdirSync(snapshots);
    for (const [name, content] of Object.entries(files)) {
      expect(readFileSync(join(snapshots, snapshot, name), 'utf8')).toBe(content);
    }
  }, 600_000);

  test('refuses a package whose digest is another', async () => {
    const { tools } = containers();
    mountsOf(tools);
    const pinned = readFileSync(join(scratch, 'requirements/requirements.txt'), 'utf8');
    writeFileSync(
      join(scratch, 'requirements/changed.txt'),
      pinned.replace(/(certifi.*\n.*sha256:)\w{8}/, '$1deadbeef'),
    );
    const refused = await run({
      ...tools,
      command: (tools.command ?? []).map((arg) => arg.replace('requirements.txt', 'changed.txt')),
    });
    expect(refused.output).toContain('DO NOT MATCH THE HASHES');
    expect(refused.code).toBe(1);
  }, 300_000);

  test.each([
    ['amd64', ['manylinux2014_x86_64', 'manylinux_2_28_x86_64']],
    ['arm64', ['manylinux2014_aarch64', 'manylinux_2_28_aarch64']],
  ])(
    'has every wheel for %s',
    async (_, platforms) => {
      const { tools } = containers();
      const resolved = await run(tools, {
        args: [
          '--dry-run',
          '--python-version=3.12',
          ...platforms.map((platform) => `--platform=${platform}`),
        ],
      });
      expect(resolved.code, resolved.output).toBe(0);
      const pinned = readFileSync(join(scratch, 'requirements/requirements.txt'), 'utf8');
      const [, would = ''] = /Would install (.*)/.exec(resolved.output) ?? [];
      expect(would.split(' ')).toHaveLength(pinned.match(/^\S+==/gm)?.length ?? NaN);
    },
    300_000,
  );
});

function pyenvVersions(): string[] {
  try {
    return readdirSync(join(homedir(), '.pyenv/versions'));
  } catch {
    return [];
  }
}

/** How this machine reaches PyPI; the pods of a cluster have none of these. */
function proxies(): Record<string, string> {
  const names = /^(https?_proxy|no_proxy|pip_cert|pip_index_url|ssl_cert_file)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

/** True if pip gets a small package of the list. */
function canInstall(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'trace-replay-probe-'));
  const options = ['-q', '--no-deps', '--no-cache-dir', `--dest=${place}`, 'mdurl==0.1.2'];
  const { status } = spawnSync(python ?? '', ['-m', 'pip', 'download', ...options], {
    env: { PATH: '/usr/bin:/bin', ...proxies() },
    timeout: 60_000,
  });
  rmSync(place, { recursive: true, force: true });
  return status === 0;
}
