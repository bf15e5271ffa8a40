// Makes what a user installs:
//
//   npm run pack -- [DIRECTORY]        packed by default
//
// one tarball for each package, for `npm install`, and `replay.mjs`, the command in one file for
// machines without a network.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = resolve(process.argv[2] ?? join(root, 'packed'));

for (const name of readdirSync(join(root, 'packages'))) removeStale(join(root, 'packages', name));
rmSync(join(root, 'packages/cli/bundle'), { recursive: true, force: true });
await bundle(join(root, 'packages/cli/bundle'));
mkdirSync(directory, { recursive: true });
for (const name of readdirSync(directory).filter(isOurs)) rmSync(join(directory, name));
await bundle(join(directory, 'replay.mjs'));
// pnpm writes versions in the place of `workspace:*`, and `publishConfig` over what it replaces.
execFileSync(
  'npx',
  [
    '--yes',
    'pnpm@10',
    '--recursive',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    directory,
  ],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
for (const name of readdirSync(directory).filter(isOurs)) {
  const kibibytes = (statSync(join(directory, name)).size / 1024).toFixed(0);
  console.log(`${join(directory, name)}  ${kibibytes} KiB`);
}

/** What this program makes, of whatever version. */
function isOurs(name) {
  return /^trace-replay-.*\.tgz$|^replay\.mjs$/.test(name);
}

/** The compiler leaves the files of a source that is gone, and a package would have them. */
function removeStale(directory) {
  const dist = join(directory, 'dist');
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const source = file
      .replace(/(\.d)?\.(m?)[jt]s(\.map)?$/, '.$2ts')
      .replace(dist, `${directory}/src`);
    if (entry.isFile() && entry.name !== '.tsbuildinfo' && !existsSync(source)) rmSync(file);
  }
}
