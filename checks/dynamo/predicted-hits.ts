import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What `trace analyze` says of the hits in one cache without a limit, shares of 1. */
export interface PredictedHits {
  /** The first row that is predicted. */
  readonly firstRow: number;
  /** Of all prompt tokens. */
  readonly tokenHitRate: number;
  /** Of a row's tokens, mean over the rows. */
  readonly meanHitRate: number;
}

/** The part of `trace analyze --json` that is needed here. */
export interface Analysis {
  readonly rows: number;
  readonly input_tokens: number;
  readonly blocks: { readonly prefix_hit_rate: number; readonly mean_prefix_hit_rate: number };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const directory = join(root, '.cache/dynamo');

/**
 * Predicts the hits of the first rows of a file of `../shared/traces`, but for those that are due
 * together with the very first: they all meet an empty cache, where the prediction takes the first
 * of them for cached already.
 */
export async function predictHits(trace: string, rows: number): Promise<PredictedHits> {
  mkdirSync(directory, { recursive: true });
  const lines = readFileSync(join(root, '../shared/traces', trace), 'utf8').split('\n');
  const dueAt = (row: number) => (JSON.parse(lines[row]!) as { timestamp: number }).timestamp;
  let together = 1;
  while (together < rows && dueAt(together) === dueAt(0)) together += 1;
  const [all, first] = [rows, together].map((count) => {
    const head = join(directory, `${count}-rows-of-${trace}`);
    writeFileSync(head, `${lines.slice(0, count).join('\n')}\n`);
    return analyze(head);
  });
  return hitsAfter(await all!, await first!);
}

/** From an analysis of a trace and one of its first rows: the hits of the others. */
export function hitsAfter(all: Analysis, first: Analysis): PredictedHits {
  const cached = ({ blocks, input_tokens: tokens }: Analysis) => blocks.prefix_hit_rate * tokens;
  const rates = ({ blocks, rows }: Analysis) => blocks.mean_prefix_hit_rate * rows;
  return {
    firstRow: first.rows,
    tokenHitRate: (cached(all) - cached(first)) / (all.input_tokens - first.input_tokens),
    meanHitRate: (rates(all) - rates(first)) / (all.rows - first.rows),
  };
}

/** With the command as it is built. */
async function analyze(file: string): Promise<Analysis> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['packages/cli/dist/main.js', 'trace', 'analyze', '--json', file],
    { cwd: root, timeout: 60_000, maxBuffer: 16e6 },
  );
  return JSON.parse(stdout) as Analysis;
}
