import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { type MockProcess, startMock } from '@trace-replay/mock';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

// Needs a registry: tools and other versions of Node come from there.
vi.setConfig({ testTimeout: 8 * 60_000, hookTimeout: 8 * 60_000 });

const root = fileURLToPath(new URL('..', import.meta.url));
const ten = join(root, 'fixtures/traces/ten.jsonl');
const work = mkdtempSync(join(tmpdir(), 'trace-replay-packages-'));
const packed = join(work, 'packed');
const { version } = readJson(join(root, 'packages/cli/package.json')) as { version: string };
const LIBRARIES = ['metrics', 'mock', 'replayer', 'report'] as const;
const PACKAGES = [...LIBRARIES, 'cli'] as const;
const tarball = (name: string) => join(packed, `trace-replay-${name}-${version}.tgz`);

/** What the compiler leaves behind of sources that are gone, and a pack of an older version. */
const STALE = [
  ...LIBRARIES.map((name) => `packages/${name}/dist/gone/gone.js`),
  'packages/metrics/dist/gone.d.ts',
  'packages/cli/dist/gone.js.map',
];

let mock: MockProcess;
beforeAll(async () => {
  for (const file of STALE) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  mkdirSync(packed);
  writeFileSync(tarball('old'), '');
  await run(process.execPath, ['scripts/pack.mjs', packed], root);
  for (const name of PACKAGES) {
    mkdirSync(join(work, name));
    await run('tar', ['-xzf', tarball(name), '-C', join(work, name), '--strip-components=1'], work);
  }
  mock = await startMock({ latency: { ttftMs: 5, itlMs: 20 } });
});
afterAll(async () => {
  await mock?.stop();
  rmSync(work, { recursive: true, force: true });
});

describe('a tarball', () => {
  test('has no file of a source that is gone, and stands beside no older one', () => {
    expect(STALE.filter((file) => existsSync(join(root, file)))).toEqual([]);
    expect(
      PACKAGES.filter((name) => filesBelow(join(work, name)).some((file) => /gone/.test(file))),
    ).toEqual([]);
    expect(readdirSync(packed).sort()).toEqual(
      ['replay.mjs', ...PACKAGES.map((name) => `trace-replay-${name}-${version}.tgz`)].sort(),
    );
  });

  test.each(PACKAGES)('of %s has a README that names only files of the tarball', (name) => {
    const page = readFileSync(join(work, name, 'README.md'), 'utf8').replace(/^```[^]*?^```/gm, '');
    const named = [...page.matchAll(/`([\w./-]+\.(?:ts|js|mjs|txt))`/g)];
    const files = filesBelow(join(work, name)).map((file) => `/${file}`);
    const absent = named.filter(([, named]) => !files.some((file) => file.endsWith(`/${named}`)));
    expect(absent.map(([text]) => text)).toEqual([]);
    expect(page).not.toMatch(/npm run |\b(src|bench|checks|docs|scripts)\//);
  });

  test.each(LIBRARIES)('of %s has what its sources compile to, and nothing else', (name) => {
    const sources = filesBelow(join(root, 'packages', name, 'src')).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('test/'),
    );
    const compiled = sources.flatMap((file) =>
      ['.js', '.d.ts'].map((end) => `dist/${file.replace(/\.ts$/, end)}`),
    );
    const others = ['LICENSE', 'README.md', 'package.json'];
    expect(sources.length).toBeGreaterThan(20);
    expect(filesBelow(join(work, name))).toEqual([...compiled, ...others].sort());
  });

  test.each(PACKAGES)('of %s names no source map, since it has none', (name) => {
    const programs = filesBelow(join(work, name)).filter((file) => file.endsWith('.js'));
    const mapped = programs.filter((file) =>
      readFileSync(join(work, name, file), 'utf8').includes('//# sourceMappingURL'),
    );
    expect(mapped).toEqual([]);
  });

  test('of the command has its bundle, and the licences of what is in it', () => {
    const files = filesBelow(join(work, 'cli')).filter(
      (file) => !/^bundle\/[a-z-]+-[A-Z0-9]{8}\.js$/.test(file),
    );
    expect(files).toEqual([
      'LICENSE',
      'README.md',
      'bundle/LICENSES.txt',
      'bundle/main.js',
      'package.json',
    ]);
    expect(readFileSync(join(work, 'cli/bundle/LICENSES.txt'), 'utf8')).toMatch(
      /^undici [^]*Matteo Collina[^]*^zod [^]*Colin McDonnell/m,
    );
  });

  test.each(PACKAGES)('of %s has a manifest that works outside the workspace', (name) => {
    const text = readFileSync(join(work, name, 'package.json'), 'utf8');
    const { keywords, engines, repository, dependencies } = JSON.parse(text) as Manifest;
    expect(text).not.toContain('workspace:');
    expect(keywords?.length).toBeGreaterThan(3);
    expect(engines).toEqual({ node: '>=20.19' });
    expect(repository).toBeUndefined();
    if (name === 'cli') expect(dependencies).toBeUndefined();
  });

  test.each(PACKAGES)('of %s is clean by publint', async (name) => {
    const { stdout } = await run(
      'npx',
      ['--yes', 'publint@0.3.25', '--strict', tarball(name)],
      work,
    );
    expect(stdout).toContain('All good!');
  });

  test.each(LIBRARIES)('of %s has the right types by are-the-types-wrong', async (name) => {
    const attw = ['--yes', '@arethetypeswrong/cli@0.18.5', '--profile', 'esm-only', '--no-emoji'];
    const { stdout } = await run('npx', [...attw, tarball(name)], work);
    // It fails with its own code for whatever the profile does not ignore.
    expect(stdout).toMatch(/node16 \(from ESM\)[ :│]+OK \(ESM\)/);
  });
});

describe.each(['20', '22', '24'])('on Node %s', (major) => {
  const home = join(work, `node-${major}`);
  let env: NodeJS.ProcessEnv;
  let replay: string;
  beforeAll(async () => {
    env = withPath(dirname(await nodeOf(major)));
    mkdirSync(home);
    await run('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES.map(tarball)], home, env);
    replay = join(home, 'node_modules/.bin/replay');
  });

  test('all five install into an empty folder, and the command is less than 5 MB', async () => {
    const { stdout } = await run('node', ['--version'], home, env);
    expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
    const { stdout: all } = await run(
      'du',
      ['--summarize', '--block-size=1K', 'node_modules'],
      home,
    );
    expect(Number.parseInt(all)).toBeLessThan(22_000);
    const command = 'node_modules/@trace-replay/cli';
    const { stdout: own } = await run('du', ['--summarize', '--block-size=1K', command], home);
    expect(Number.parseInt(own)).toBeLessThan(5_000);
  });

  test('every entry can be required', async () => {
    const entries = LIBRARIES.flatMap((name) => {
      const { exports } = readJson(join(work, name, 'package.json')) as Manifest;
      return Object.keys(exports ?? {}).map((entry) => `@trace-replay/${name}${entry.slice(1)}`);
    });
    expect(entries).toContain('@trace-replay/replayer/trace');
    const program = `for (const entry of ${JSON.stringify(entries)})
      if (Object.keys(require(entry)).length === 0) throw new Error(entry + ' is empty');`;
    await run('node', ['--no-warnings', '--input-type=commonjs', '--eval', program], home, env);
  });

  test('the examples of the READMEs run', async () => {
    const example = async (name: string, ...args: string[]) => {
      const page = readFileSync(join(home, `node_modules/@trace-replay/${name}/README.md`), 'utf8');
      const file = join(home, `${name}.mjs`);
      writeFileSync(
        file,
        /^```js\n([^]*?)^```/m.exec(page)?.[1] ?? 'throw new Error("no example")',
      );
      return (await run('node', [file, ...args], home, env)).stdout.trim().split('\n');
    };
    const records = join(root, 'fixtures/runs/v1/completed/small/records.jsonl');
    const judged = await example('metrics', records);
    expect(judged.length).toBeGreaterThan(5);
    expect(judged.filter((line) => !/^\d+ (ok [\d.]+ (true|false)|failed)/.test(line))).toEqual([]);
    expect((await example('replayer', ten, mock.url)).at(-1)).toBe('10 of 10 rows are good');
    expect((await example('mock')).at(-1)).toMatch(/^http:\S+ http:\S+$/);
  });

  test('the commands of the README of the command run', async () => {
    const page = readFileSync(join(home, 'node_modules/@trace-replay/cli/README.md'), 'utf8');
    const lines = [...page.matchAll(/^replay .*$/gm)].map(([line]) => line.replace(/ +#.*/, ''));
    expect(lines).toContain('replay --help');
    cpSync(ten, join(home, 'trace.jsonl'));
    const set = {
      PATH: `${dirname(replay)}${delimiter}${env['PATH']}`,
      REPLAY_NO_FIDELITY_GATE: 'true',
    };
    const outputs: string[] = [];
    for (const line of lines) {
      const command = line
        .replace('http://localhost:8000', mock.url)
        .replace(/^replay demo$/, `replay demo ${DEMO.join(' ')}`)
        // Not every machine has jq.
        .replace('jq .goodput', `node -p "JSON.parse(fs.readFileSync(0)).goodput"`);
      const shell = ['-o', 'pipefail', '-c', command];
      outputs.push((await run('bash', shell, home, { ...env, ...set })).stdout);
    }
    expect(outputs.filter((output) => output.length < 20)).toEqual([]);
    expect(outputs.join()).toContain('good: 10');
  });

  test('the installed command replays, and stdout carries the result only', async () => {
    expect((await run(replay, ['--version'], home, env)).stdout).toBe(`${version}\n`);
    await expectReplay(replay, [], home, env);
  });

  test('the single file does the same alone in a folder, under another name', async () => {
    const alone = join(work, `alone-${major}`);
    mkdirSync(alone);
    cpSync(join(packed, 'replay.mjs'), join(alone, 'r.mjs'));
    expect((await run('node', ['r.mjs', '--version'], alone, env)).stdout).toBe(`${version}\n`);
    await expectReplay('node', ['r.mjs'], alone, env);
    await expectDemo('node', ['r.mjs'], alone, env);
  });
});

test('packages from a registry: published, installed globally, used', async () => {
  const port = await freePort();
  const registry = `http://127.0.0.1:${port}/`;
  const home = join(work, 'registry');
  const prefix = join(home, 'prefix');
  const program = join(home, 'program');
  for (const directory of [home, prefix, program]) mkdirSync(directory);
  writeFileSync(join(home, 'config.yaml'), await registryConfig());
  writeFileSync(
    join(home, 'npmrc'),
    `registry=${registry}\n//127.0.0.1:${port}/:_authToken=none\n`,
  );
  const env = { ...process.env, npm_config_userconfig: join(home, 'npmrc') };
  const npm = (args: readonly string[]) => run('npm', args, program, env);
  const server = join(home, 'server');
  mkdirSync(server);
  writeFileSync(join(server, 'package.json'), JSON.stringify(REGISTRY));
  await run('npm', ['install', '--no-audit', '--no-fund'], server);
  const verdaccio = spawn(
    process.execPath,
    [
      join(server, 'node_modules/verdaccio/bin/verdaccio'),
      ...['--config', join(home, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    ],
    { cwd: home, stdio: 'ignore' },
  );
  try {
    await untilAnswers(`${registry}-/ping`, verdaccio);
    for (const name of PACKAGES) await npm(['publish', tarball(name)]);
    await npm(['install', '--global', '--prefix', prefix, '@trace-replay/cli']);
    const replay = join(prefix, 'bin/replay');
    expect((await run(replay, ['--version'], program)).stdout).toBe(`${version}\n`);
    await expectDemo(replay, [], program);
    await expectReplay(replay, [], program);
    await npm(['install', '@trace-replay/replayer']);
    cpSync(join(root, 'examples/library.mjs'), join(program, 'library.mjs'));
    const { stdout } = await run(process.execPath, ['library.mjs', ten, mock.url], program);
    // A machine that stands still for a whole answer cannot measure its ITL.
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^good (10|not measurable) of 10$/);
  } finally {
    verdaccio.kill();
  }
});

test('bin/replay is the command from a checkout, and stdout carries the result only', async () => {
  await expectReplay(join(root, 'bin/replay'), [], work);
});

interface Manifest {
  readonly keywords?: readonly string[];
  readonly engines?: unknown;
  readonly repository?: unknown;
  readonly dependencies?: unknown;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** @throws {Error} with both outputs if it ends with another code than 0 */
function run(file: string, args: readonly string[], cwd: string, env = process.env) {
  return promisify(execFile)(file, args, { cwd, env, maxBuffer: 1 << 26 }).catch(
    (error: Error & { stdout: string; stderr: string }) => {
      throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    },
  );
}

async function expectReplay(
  file: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
): Promise<void> {
  const flags = ['--trace', ten, '--url', mock.url, '--json', '--no-fidelity-gate'];
  const { stdout } = await run(file, [...args, ...flags], cwd, env);
  const { rows, conditions } = JSON.parse(stdout) as {
    rows: object;
    conditions: { versions: object };
  };
  expect(rows).toMatchObject({ total: 10, ok: 10 });
  const undici = readJson(join(root, 'packages/replayer/node_modules/undici/package.json'));
  expect(conditions.versions).toMatchObject({
    trace_replay: version,
    undici: (undici as { version: string }).version,
  });
}

/** A demo of seconds. */
const DEMO = ['--limit', '10', '--time-scale', '0.02', '--repeat', '1', '--progress', 'none'];

async function expectDemo(
  file: string,
  args: readonly string[],
  cwd: string,
  env = process.env,
): Promise<void> {
  const { stdout } = await run(file, [...args, 'demo', ...DEMO], cwd, env);
  expect(stdout).toContain('artifacts/demo-trace.jsonl · 10 of 200 rows');
}

/** The program of a version of Node: our own, or one from the registry. */
async function nodeOf(major: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const find = ['--yes', '--package', `node@${major}`, '--', 'node', '-p', 'process.execPath'];
  return (await run('npx', find, work)).stdout.trim();
}

function withPath(directory: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** Relative to `directory`, sorted. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Not every registry has the tag `cjs` of node-fetch, which verdaccio asks for. */
const REGISTRY = {
  private: true,
  dependencies: { verdaccio: '6.8.0' },
  overrides: { 'node-fetch': '2.7.0' },
};

/** Ours are published here; all other packages come from the registry that npm uses. */
async function registryConfig(): Promise<string> {
  const { stdout } = await run('npm', ['config', 'get', 'registry'], work);
  return `storage: ./storage
uplinks:
  npm:
    url: ${stdout.trim()}
packages:
  '@trace-replay/*':
    access: $all
    publish: $all
  '**':
    access: $all
    proxy: npm
log: { type: stdout, level: error }
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilAnswers(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(200);
  }
  throw new Error(`The registry ended with code ${server.exitCode}`);
}
