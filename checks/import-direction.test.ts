import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));

/** Which package may import which: data moves one way, and so do imports. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  metrics: [],
  mock: [],
  replayer: ['metrics'],
  cli: ['metrics', 'mock', 'replayer'],
};

/** Each library enters by its own door: the files that may import it, from `packages/`. */
const DOORS: Readonly<Record<string, RegExp>> = {
  undici: /^replayer\/src\/client\//,
  'hdr-histogram-js': /^metrics\/src\/(count\/histogram|files\/hlog)\.ts$/,
  commander: /^cli\/src\//,
  ndjson: /^cli\/src\/server-scrape\/scrape-thread\.ts$/,
  yaml: /^cli\/src\/flags\/config-file\.ts$/,
  'parse-prometheus-text-format': /^cli\/src\/server-scrape\/parse-page\.ts$/,
  'prom-client': /^cli\/src\/prometheus\/own-metrics\.ts$/,
  'p-limit': /^replayer\/src\/target\/warm-up\.ts$/,
};

/** `metrics` is pure: no network, clock, file or terminal. */
const METRICS_IMPORTS = /^(\.|zod$|hdr-histogram-js$)/;

interface Import {
  readonly file: string;
  readonly from: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(packages + file, 'utf8');
  const found = text.matchAll(/^(?:import|export)[^'";]*?from\s+'([^']+)'|^import '([^']+)'/gm);
  return [...found].map(([, from, only]) => ({ file, from: from ?? only ?? '' }));
}

const files = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^\w+\/src\/.*\.ts$/.test(file))
  // Tests, and what only tests use, may reach further.
  .filter((file) => !/\.test\.ts$|\/src\/test\//.test(file));
const imports = files.flatMap(importsOf);

test('imports are found at all', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(imports.length).toBeGreaterThan(files.length);
});

test('packages import each other in one direction', () => {
  const wrong = imports.filter(({ file, from }) => {
    const target = /^@trace-replay\/(\w+)$/.exec(from)?.[1];
    const owner = file.split('/')[0] ?? '';
    return target !== undefined && !ALLOWED[owner]?.includes(target);
  });
  expect(wrong).toEqual([]);
});

test('a relative import stays inside its package and names a .ts file', () => {
  const wrong = imports.filter(({ file, from }) => {
    if (!from.startsWith('.')) return false;
    const depth = file.split('/').length - 3;
    const ups = from.split('/').filter((part) => part === '..').length;
    return ups > depth || !from.endsWith('.ts');
  });
  expect(wrong).toEqual([]);
});

test('each library enters by its own door', () => {
  const wrong = imports.filter(({ file, from }) => DOORS[from] && !DOORS[from].test(file));
  expect(wrong).toEqual([]);
});

test('metrics imports nothing that touches the world', () => {
  const wrong = imports.filter(
    ({ file, from }) => file.startsWith('metrics/') && !METRICS_IMPORTS.test(from),
  );
  expect(wrong).toEqual([]);
});

test('mock imports only node and zod, so that client and server share no mistake', () => {
  const wrong = imports.filter(
    ({ file, from }) => file.startsWith('mock/') && !/^(\.|node:|zod$)/.test(from),
  );
  expect(wrong).toEqual([]);
});
