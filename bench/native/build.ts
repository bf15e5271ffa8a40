import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where programs of other languages are built: outside the tree, kept from run to run. */
export const CACHE = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'trace-replay-bench',
);

/** A C file → a program, built when the file has changed. */
export function buildC(source: string, name: string): string {
  const program = join(CACHE, `${name}-${digestOf(readFileSync(source))}`);
  if (!existsSync(program)) {
    mkdirSync(CACHE, { recursive: true });
    run('cc', ['-O2', '-o', program, source]);
  }
  return program;
}

/** Go writes `before = now` for each token: there the gap between the two is counted, too. */
const GAP_ANCHOR = /^(\s*)prev = t$/m;

export interface RefereeBuild {
  readonly program: string;
  /** False if the server's source has no place at which gaps could be counted. */
  readonly countsGaps: boolean;
}

/** The referee's server, with a count of all gaps where its source still allows it. */
export function buildRefereeServer(directory: string, gapsSource: string): RefereeBuild {
  const main = readFileSync(join(directory, 'main.go'), 'utf8');
  const gaps = readFileSync(gapsSource, 'utf8');
  const countsGaps = main.match(new RegExp(GAP_ANCHOR, 'gm'))?.length === 1;
  const build = join(CACHE, `referee-${digestOf(main + gaps)}`);
  const program = join(build, 'server');
  if (!existsSync(program)) {
    rmSync(build, { recursive: true, force: true });
    mkdirSync(build, { recursive: true });
    cpSync(join(directory, 'go.mod'), join(build, 'go.mod'));
    writeFileSync(join(build, 'gaps.go'), gaps);
    const patched = main.replace(GAP_ANCHOR, '$1noteGap(prev, t)\n$&');
    writeFileSync(join(build, 'main.go'), countsGaps ? patched : main);
    run('go', ['build', '-o', 'server', '.'], build);
  }
  return { program, countsGaps };
}

function digestOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function run(command: string, args: readonly string[], cwd = CACHE): void {
  try {
    execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: string };
    throw new Error(
      `Cannot build with "${command}": ${code ?? stderr?.trim().split('\n', 1)[0] ?? 'it failed'}`,
      { cause: error },
    );
  }
}
