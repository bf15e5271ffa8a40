import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What an entry loads before it does anything: rooms of ours, and libraries. */
interface Loaded {
  readonly rooms: readonly string[];
  readonly libraries: readonly string[];
}

/** Modules that a source loads when it is loaded: all but types, and but what it asks for later. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)(?! type\b)[^'";]*?from\s+'([^']+)'|^import '([^']+)'/gm,
  );
  return [...found].map(([, from, bare]) => from ?? bare ?? '');
}

/** The source that an import names; nothing for a library or a module of Node. */
function sourceOf(file: string, from: string): string | undefined {
  if (from.startsWith('.')) return normalize(join(dirname(file), from));
  const [, name, entry = 'index'] = /^@trace-replay\/(\w+)(?:\/(\w+))?$/.exec(from) ?? [];
  return name && `packages/${name}/src/${entry}.ts`;
}

function loadedBy(entry: string): Loaded {
  const files = new Set([entry]);
  const libraries = new Set<string>();
  for (const file of files) {
    for (const from of importsOf(file)) {
      const source = sourceOf(file, from);
      if (source !== undefined) files.add(source);
      else if (!from.startsWith('node:')) libraries.add(from);
    }
  }
  const rooms = [...files].map((file) => dirname(file).replace(/^packages\/(\w+)\/src/, '$1'));
  return { rooms: [...new Set(rooms)].sort(), libraries: [...libraries].sort() };
}

/** A room or a library more makes every run start later; docs/decisions/0006 has the figures. */
const ENTRIES: Readonly<Record<string, Loaded>> = {
  'cli/src/main.ts': { rooms: ['cli', 'cli/flags', 'cli/io'], libraries: ['commander'] },
  'cli/src/server-scrape/scrape-thread.ts': {
    rooms: ['cli/server-scrape'],
    libraries: ['ndjson'],
  },
  'replayer/src/body/body-builder-thread.ts': {
    rooms: ['replayer/body', 'replayer/errors', 'replayer/prompt'],
    libraries: [],
  },
  'replayer/src/self-check/loop/canary-thread.ts': {
    rooms: ['replayer/self-check/loop'],
    libraries: [],
  },
  'replayer/src/sender/sender-thread.ts': {
    rooms: [
      ...['metrics', 'metrics/count', 'metrics/record'],
      ...['replayer/client', 'replayer/errors', 'replayer/request', 'replayer/schedule'],
      ...['replayer/self-check/host', 'replayer/self-check/loop', 'replayer/sender'],
      ...['replayer/stream', 'replayer/target', 'replayer/threads', 'replayer/time'],
    ],
    libraries: ['undici'],
  },
  'replayer/src/time/alarm-thread.ts': { rooms: ['replayer/time'], libraries: [] },
};

test.each(Object.entries(ENTRIES))('%s loads what it needs', (entry, expected) => {
  expect(loadedBy(`packages/${entry}`)).toEqual(expected);
});

test('every thread has an entry in the table', () => {
  const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' });
  const threads = sources.filter((file) => /^\w+\/src\/.*(?<!start)-thread\.ts$/.test(file));
  expect(threads.sort()).toEqual(
    Object.keys(ENTRIES).filter((entry) => entry !== 'cli/src/main.ts'),
  );
});

test.each([
  ['--help', 0],
  ['--help-all', 0],
  ['--version', 0],
  ['trace analyze --help', 0],
  ['--nope', 2],
  ['trace analyse', 2],
  ['ab --trace a', 2],
  ['ab --a http://a --b http://b', 2],
  ['--url http://a', 2],
])('replay %s loads no schema', (line, code) => {
  const directory = mkdtempSync(join(tmpdir(), 'loaded-'));
  try {
    // Node names every script of a process in what it says of its coverage.
    const env = { ...process.env, NODE_V8_COVERAGE: directory, REPLAY_SPEEDUP: '2' };
    const main = join(root, 'packages/cli/dist/main.js');
    const ended = spawnSync(process.execPath, [main, ...line.split(' ')], { env });
    expect(ended.status).toBe(code);
    const [report = ''] = readdirSync(directory);
    const { result } = JSON.parse(readFileSync(join(directory, report), 'utf8')) as {
      readonly result: readonly { readonly url: string }[];
    };
    const urls = result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    const foreign = urls.map((url) => /.*node_modules\/([^/]+)\//.exec(url)?.[1] ?? '');
    expect([...new Set(foreign)].filter(Boolean)).toEqual(['commander']);
    expect(urls.length).toBeLessThan(20);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
