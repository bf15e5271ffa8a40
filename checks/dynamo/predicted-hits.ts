import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What `trace analyze` says of the hits in one cache without a limit, shares of 1. */
export interface PredictedHits {
  /** Of all prompt tokens. */
  readonly tokenHitRate: number;
  /** Of a row's blocks, mean over the rows. */
  readonly meanHitRate: number;
}

interface Analysis {
  readonly recipe: { readonly token_hit_rate: number };
  readonly datagen: { readonly theoretical_hit_rate: { readonly mean: number } };
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Analyzes the first rows of a file of `../shared/traces` with the command as it is built. */
export async function predictHits(trace: string, rows: number): Promise<PredictedHits> {
  const directory = join(root, '.cache/dynamo');
  mkdirSync(directory, { recursive: true });
  const head = join(directory, `${rows}-rows-of-${trace}`);
  const lines = readFileSync(join(root, '../shared/traces', trace), 'utf8').split('\n');
  writeFileSync(head, `${lines.slice(0, rows).join('\n')}\n`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['packages/cli/dist/main.js', 'trace', 'analyze', '--json', head],
    { cwd: root, timeout: 60_000, maxBuffer: 16e6 },
  );
  const { recipe, datagen } = JSON.parse(stdout) as Analysis;
  return {
    tokenHitRate: recipe.token_hit_rate,
    meanHitRate: datagen.theoretical_hit_rate.mean,
  };
}
