import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const own = require('../../package.json') as { readonly version: string };

/** Versions of what decides the numbers of a run. */
export const VERSIONS = {
  trace_replay: own.version,
  node: process.versions.node,
  undici: undiciVersion(),
} as const;

function undiciVersion(): string {
  // undici is the replayer's dependency, so it is looked for from there.
  const fromReplayer = createRequire(require.resolve('@trace-replay/replayer'));
  return (fromReplayer('undici/package.json') as { readonly version: string }).version;
}
