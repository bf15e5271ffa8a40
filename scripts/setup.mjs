// Installs and builds what is missing or has changed. `--quiet` keeps standard output for the
// command that follows.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}.cache/installed`;
const isQuiet = process.argv.includes('--quiet');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Cannot run on Node ${process.versions.node}, expected 20.19 or newer`);
  process.exit(2);
}

const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].concat(
  readdirSync(`${root}packages`).map((name) => `packages/${name}/package.json`),
);
const digest = manifests
  .reduce((hash, file) => hash.update(readFileSync(root + file)), createHash('sha256'))
  .update(process.versions.modules)
  .digest('hex');

if (!existsSync(`${root}node_modules`) || read(stamp) !== digest) {
  say('Installing (once, and when a dependency changes) …');
  // pnpm 11 and corepack do not run everywhere; npx brings 10 from the registry.
  run('npx', ['--yes', 'pnpm@10', 'install', '--frozen-lockfile', '--reporter=append-only']);
  mkdirSync(`${root}.cache`, { recursive: true });
  writeFileSync(stamp, digest);
}
if (!existsSync(`${root}packages/cli/dist`)) say('Building …');
run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '--build']);

function run(command, args) {
  try {
    // Everything goes to standard error: standard output is the result's.
    execFileSync(command, args, { cwd: root, stdio: ['ignore', isQuiet ? 'pipe' : 2, 'inherit'] });
  } catch (error) {
    process.stderr.write(error.stdout ?? '');
    console.error(`Cannot set up: "${[command, ...args].join(' ')}" failed`);
    process.exit(1);
  }
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
