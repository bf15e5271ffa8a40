// Packs the command, its libraries and the scripts of the pods into one file for any Node:
// the image unpacks it, and so do the components for a stock Node image.
//
//   node deploy/pack.mjs [FILE]        trace-replay.tgz by default
//
// The four packages are packed as they are published and installed as a user installs them, with
// the versions of the lockfile. Files that no process reads and comments are left out, since a
// ConfigMap holds 1 MiB.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = resolve(process.argv[2] ?? 'trace-replay.tgz');
const NAMES = ['metrics', 'mock', 'replayer', 'cli'];
const PNPM = ['--yes', 'pnpm@10'];
/** Files that no process reads: declarations, maps, pages, tests, and builds for browsers. */
const NEEDLESS = [
  /\.(d\.[cm]?ts|map|md|markdown|flow)$/,
  /\/(tests?|docs|benchmarks?|\.github)$/,
  /\/node_modules\/zod\/(src|v3|(v4[/-])?mini|.*\.cjs)$/,
  /\/node_modules\/yaml\/browser$/,
  /\/node_modules\/hdr-histogram-js\/dist\/(bench|.*\.spec\.js)$/,
  /\/node_modules\/@opentelemetry\/api\/.*\.mjs$/,
  /\/node_modules\/pako\/dist$/,
  /\/hdrhistogram\.umd\.js$/,
];

const work = mkdtempSync(join(tmpdir(), 'trace-replay-pack-'));
try {
  run(process.execPath, ['scripts/setup.mjs', '--quiet'], root);
  const app = join(work, 'app');
  mkdirSync(app);
  for (const name of NAMES) {
    run('npx', [...PNPM, 'pack', '--out', join(work, `${name}.tgz`)], join(root, 'packages', name));
  }
  const packed = NAMES.map((name) => [`@trace-replay/${name}`, `file:../${name}.tgz`]);
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(packed),
      overrides: lockedVersions(),
    }),
  );
  run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], app);
  cpSync(join(root, 'deploy/image'), app, { recursive: true });
  prune(join(app, 'node_modules'));
  // No entry for the directory itself: only its owner may set its mode and times.
  const options = ['--sort=name', '--owner=0', '--group=0'];
  run(
    'tar',
    ['--use-compress-program=gzip -9', '-cf', file, ...options, '-C', app, ...readdirSync(app)],
    work,
  );
  console.error(`${file}: ${(statSync(file).size / 1024).toFixed(0)} KiB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The version in the lockfile of every library that the command needs. */
function lockedVersions() {
  const list = [...PNPM, '--filter', '@trace-replay/cli', 'list', '--prod', '--json'];
  const versions = {};
  const visit = ({ dependencies = {} }) => {
    for (const [name, found] of Object.entries(dependencies)) {
      if (!name.startsWith('@trace-replay/')) versions[name] = found.version;
      visit(found);
    }
  };
  JSON.parse(run('npx', [...list, '--depth', 'Infinity'], root)).forEach(visit);
  return versions;
}

function prune(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (NEEDLESS.some((pattern) => pattern.test(path))) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) prune(path);
    else if (/\.[cm]?js$/.test(path)) {
      writeFileSync(path, withoutComments(readFileSync(path, 'utf8')), {
        mode: statSync(path).mode,
      });
    }
  }
}

/**
 * The same program without its comments, which are a third of what libraries ship. Names and syntax
 * stay, so that a stack trace matches the source.
 */
function withoutComments(text) {
  const { ESNext } = ts.ScriptTarget;
  return ts
    .createPrinter({ removeComments: true })
    .printFile(ts.createSourceFile('program.js', text, ESNext, false, ts.ScriptKind.JS));
}

function run(command, args, cwd) {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
