// Bundles the command with all that it imports, so that an installed command is one package without
// dependencies. See docs/decisions/0007-packages.md.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Entries of threads and processes by the first argument with which ours start them. */
const ENTRIES = {
  'body/body-builder-thread': 'replayer/dist/body/body-builder-thread.js',
  'self-check/loop/canary-thread': 'replayer/dist/self-check/loop/canary-thread.js',
  'sender/sender-thread': 'replayer/dist/sender/sender-thread.js',
  'time/alarm-thread': 'replayer/dist/time/alarm-thread.js',
  'server-scrape/scrape-thread': 'cli/dist/server-scrape/scrape-thread.js',
  'mock/process': 'mock/dist/process.js',
};

/** Node 20 has no `require` in modules; libraries in CommonJS call it for Node's own modules. */
const BANNER = `import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);`;

/**
 * Bundles the built packages.
 *
 * @param target a directory for `main.js` and the parts that it loads when they are needed; or a
 *   file that ends with `.mjs`, for all in one
 */
export async function bundle(target) {
  const isOneFile = target.endsWith('.mjs');
  const { metafile } = await build({
    stdin: { contents: entry(), resolveDir: root, sourcefile: 'main.js' },
    ...(isOneFile
      ? { outfile: target }
      : { outdir: target, splitting: true, entryNames: 'main', chunkNames: '[name]-[hash]' }),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    banner: { js: BANNER },
    inject: ['bundle-file'],
    plugins: [bundleFile(isOneFile), packageVersions],
    minifySyntax: true,
    minifyWhitespace: isOneFile,
    // The licences of all libraries are in one file.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const program = isOneFile ? target : join(target, 'main.js');
  const notice = licences(Object.keys(metafile.inputs));
  if (!isOneFile) writeFileSync(join(target, 'LICENSES.txt'), notice);
  const end = isOneFile ? `/*\n${notice.replaceAll('*/', '* /')}*/\n` : '';
  writeFileSync(program, `#!/usr/bin/env node\n${readFileSync(program, 'utf8')}${end}`);
  chmodSync(program, 0o755);
}

/** The licences of the libraries that these files belong to. */
function licences(files) {
  const folders = files.map((file) => /^(.*node_modules\/(@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  const texts = [...new Set(folders.filter((folder) => folder !== undefined))].map((folder) => {
    const path = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? '' : `\n${readFileSync(join(path, file), 'utf8').trim()}\n`;
    return `${name} ${version}, ${license}\n${text}`;
  });
  const rule = `\n${'-'.repeat(72)}\n`;
  return ['This program contains the following libraries.\n', ...texts.sort()].join(rule);
}

/** The first module: it loads the command, or one of the entries above. */
function entry() {
  const entries = Object.entries(ENTRIES).map(
    ([name, file]) => `  '${name}': () => import('./packages/${file}'),`,
  );
  return `import { isMainThread } from 'node:worker_threads';
const entries = {
${entries.join('\n')}
};
// On a shell's command line these names mean nothing.
const isOurs = !isMainThread || process.send !== undefined;
const load = isOurs ? entries[process.argv[2]] : undefined;
await (load ?? (() => import('./packages/cli/dist/main.js')))();
`;
}

/** Gives our sources `BUNDLE_FILE`, from which they start threads and processes. */
const bundleFile = (isOneFile) => {
  const url = isOneFile ? 'import.meta.url' : "new URL('./main.js', import.meta.url)";
  const contents = `import { fileURLToPath } from 'node:url';
export const BUNDLE_FILE = fileURLToPath(${url});`;
  return {
    name: 'bundle-file',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^bundle-file$/ }, ({ path }) => ({ path, namespace: 'bundle-file' }));
      onLoad({ filter: /^/, namespace: 'bundle-file' }, () => ({ contents }));
    },
  };
};

/** A package.json that we read for its version becomes a part of the bundle. */
const packageVersions = {
  name: 'package-versions',
  setup({ onLoad }) {
    onLoad({ filter: /\/packages\/(cli|replayer)\/dist\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        /createRequire\(import\.meta\.url\)\('([^']+)'\)/g,
        "require('$1')",
      ),
    }));
  },
};
