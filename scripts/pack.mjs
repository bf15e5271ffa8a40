// Makes what a user installs:
//
//   npm run pack -- [DIRECTORY]        packed by default
//
// one tarball for each package, for `npm install`, and `replay.mjs`, the command in one file for
// machines without a network.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = resolve(process.argv[2] ?? join(root, 'packed'));

rmSync(join(root, 'packages/cli/bundle'), { recursive: true, force: true });
await bundle(join(root, 'packages/cli/bundle'));
mkdirSync(directory, { recursive: true });
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
for (const name of readdirSync(directory).filter((file) => /\.(tgz|mjs)$/.test(file))) {
  const kibibytes = (statSync(join(directory, name)).size / 1024).toFixed(0);
  console.log(`${join(directory, name)}  ${kibibytes} KiB`);
}
