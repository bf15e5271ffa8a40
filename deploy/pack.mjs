// Packs the command and the scripts of the pods into one file for any Node: the image unpacks it,
// and so do the components for a stock Node image. It is smaller than the 1 MiB of a ConfigMap.
//
//   node deploy/pack.mjs [FILE]        trace-replay.tgz by default
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = resolve(process.argv[2] ?? 'trace-replay.tgz');
const app = mkdtempSync(join(tmpdir(), 'trace-replay-pack-'));
try {
  execFileSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--quiet'], {
    stdio: ['ignore', 2, 2],
  });
  // What it imports may have to be installed first.
  const { bundle } = await import('../scripts/bundle.mjs');
  await bundle(join(app, 'bundle'));
  // Else Node reads the files of the bundle twice, to find out that they are modules.
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  cpSync(join(root, 'deploy/image'), app, { recursive: true });
  // No entry for the directory itself: only its owner may set its mode and times.
  const options = ['--sort=name', '--owner=0', '--group=0', '-C', app, ...readdirSync(app)];
  execFileSync('tar', ['--use-compress-program=gzip -9', '-cf', file, ...options]);
  console.error(`${file}: ${(statSync(file).size / 1024).toFixed(0)} KiB`);
} finally {
  rmSync(app, { recursive: true, force: true });
}
