import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { ANY, DOORS, MODULES, PACKAGES, ROOMS } from './rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const MOST_FILES = 15;

interface Import {
  readonly file: string;
  readonly from: string;
}

/** Sources that git knows or would add; tests and test support are in no room. */
const files = execFileSync(
  'git',
  [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    'packages',
    'bench',
    'checks',
    'deploy',
    'scripts',
  ],
  { cwd: root, encoding: 'utf8' },
)
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)))
  .filter((file) => /\.(ts|mts|mjs|go|c)$/.test(file))
  .filter((file) => !/\.test\.ts$|\.live\.ts$|\/src\/test\//.test(file));

const imports = files.filter((file) => /\.m?ts$|\.mjs$/.test(file)).flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)[^'";]*?from\s+'([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => ({
    file,
    from: from ?? bare ?? dynamic ?? '',
  }));
}

/** `packages/cli/src/run/live/view.ts` → `cli/run/live`; a package's root is its name. */
function roomOf(file: string): string {
  return dirname(file).replace(/^packages\/(\w+)\/src/, '$1');
}

/** The file of this tree that an import names, if it names one. */
function targetOf({ file, from }: Import): string | undefined {
  if (!from.startsWith('.')) return undefined;
  return normalize(join(dirname(file), from));
}

/** Pairs of places that differ, from the imports between files. */
function arrowsBetween(
  placeOf: (file: string) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const arrows = new Map<string, Set<string>>();
  for (const each of imports) {
    const target = targetOf(each);
    if (target === undefined || !files.includes(target)) continue;
    const [from, to] = [placeOf(each.file), placeOf(target)];
    if (from === to) continue;
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  }
  return arrows;
}

/** The first circle found, as a path that ends where it began; none if there is none. */
function findCircle(arrows: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const done = new Set<string>();
  const visit = (place: string, path: readonly string[]): readonly string[] => {
    if (path.includes(place)) return [...path.slice(path.indexOf(place)), place];
    if (done.has(place)) return [];
    for (const next of arrows.get(place) ?? []) {
      const circle = visit(next, [...path, place]);
      if (circle.length > 0) return circle;
    }
    done.add(place);
    return [];
  };
  for (const place of arrows.keys()) {
    const circle = visit(place, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

test('sources and imports are found at all', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(imports.length).toBeGreaterThan(files.length);
});

test('findCircle() finds a circle', () => {
  const arrows = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['b'])],
  ]);
  expect(findCircle(arrows)).toEqual(['b', 'c', 'b']);
});

test('no files import each other in a circle', () => {
  expect(findCircle(arrowsBetween((file) => file))).toEqual([]);
});

test('no rooms import each other in a circle', () => {
  expect(findCircle(arrowsBetween(roomOf))).toEqual([]);
});

test('every room is in the table, and the table has no other', () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(ROOMS).sort());
});

test('a room imports only the rooms that the table allows', () => {
  const wrong = imports.filter((each) => {
    const target = targetOf(each);
    if (target === undefined || !files.includes(target)) return false;
    const [from, to] = [roomOf(each.file), roomOf(target)];
    const allowed = ROOMS[from] ?? [];
    return from !== to && !allowed.includes(to) && !allowed.includes(ANY);
  });
  expect(wrong).toEqual([]);
});

test('the table allows nothing that no file uses', () => {
  const arrows = arrowsBetween(roomOf);
  const unused = Object.entries(ROOMS).flatMap(([from, allowed]) =>
    allowed
      .filter((to) => to !== ANY && !arrows.get(from)?.has(to))
      .map((to) => `${from} -> ${to}`),
  );
  expect(unused).toEqual([]);
});

test(`a room has at most ${MOST_FILES} files`, () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(roomOf(file), (counts.get(roomOf(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
});

test('docs/architecture.md names every room', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const missing = Object.keys(ROOMS).filter((room) => !page.includes(`\`${room}\``));
  expect(missing).toEqual([]);
});

test('packages import each other in one direction', () => {
  const wrong = imports.filter(({ file, from }) => {
    const target = /^@trace-replay\/(\w+)/.exec(from)?.[1];
    const owner = /^packages\/(\w+)/.exec(file)?.[1];
    return owner !== undefined && target !== undefined && !PACKAGES[owner]?.includes(target);
  });
  expect(wrong).toEqual([]);
});

test('a relative import in a package stays inside it and names a .ts file', () => {
  const wrong = imports.filter(({ file, from }) => {
    if (!from.startsWith('.') || !file.startsWith('packages/')) return false;
    const target = normalize(join(dirname(file), from));
    return !from.endsWith('.ts') || !target.startsWith(file.split('/src/')[0] + '/src/');
  });
  expect(wrong).toEqual([]);
});

test('each library enters by its own door', () => {
  const wrong = imports.filter(
    ({ file, from }) => file.startsWith('packages/') && DOORS[from] && !DOORS[from].test(file),
  );
  expect(wrong).toEqual([]);
});

test('metrics imports nothing that touches the world, mock nothing of ours', () => {
  const wrong = imports.filter(({ file, from }) => {
    const owner = /^packages\/(\w+)/.exec(file)?.[1] ?? '';
    return MODULES[owner] && !MODULES[owner].test(from);
  });
  expect(wrong).toEqual([]);
});

test('docs/architecture.md names files that are there', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const named =
    page.match(/(?<=`)(metrics|replayer|mock|report|cli|checks)\/[\w/-]+\.ts(?=`)/g) ?? [];
  const pathOf = (name: string) =>
    name.startsWith('checks/') ? name : name.replace(/^(\w+)/, 'packages/$1/src');
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !existsSync(join(root, pathOf(name))))).toEqual([]);
});
