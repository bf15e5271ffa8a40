import { Lines } from './lines.ts';
import type { Problem } from './file/problem.ts';
import type { TraceSource } from './source.ts';

/**
 * Adds the block size that fits the whole trace to the advice of a problem with the number of ids.
 * Reads the trace for it. Any other problem comes back as it is.
 */
export async function withBlockSize(problem: Problem, source: TraceSource): Promise<Problem> {
  if (problem.isBlockCount !== true) return problem;
  const fitting = await fittingBlockSize(source);
  if (fitting === undefined) return problem;
  const { size, rows } = fitting;
  const all = rows === 1 ? 'the row' : `all ${rows} rows with hash ids`;
  return { ...problem, next: `Pass --block-size ${size}: it fits ${all}.`, blockSize: size };
}

/**
 * The one block size that explains the number of ids in every row: a power of two, as all servers
 * have, or the only integer.
 *
 * @returns nothing if there is none, or several
 */
async function fittingBlockSize(
  source: TraceSource,
): Promise<{ readonly size: number; readonly rows: number } | undefined> {
  let least = 1;
  let most = Infinity;
  let rows = 0;
  for await (const texts of new Lines(source.name).of(source.read())) {
    for (const text of texts) {
      const counts = countsOf(text);
      if (!counts) continue;
      const [tokens, ids] = counts;
      rows += 1;
      if (ids === 0) return undefined;
      // ceil(tokens ÷ size) = ids, solved for the size.
      least = Math.max(least, Math.ceil(tokens / ids));
      if (ids > 1) most = Math.min(most, Math.ceil(tokens / (ids - 1)) - 1);
      if (least > most) return undefined;
    }
  }
  if (least === most) return { size: least, rows };
  const power = 2 ** Math.ceil(Math.log2(least));
  return power <= most && most < 2 * power ? { size: power, rows } : undefined;
}

function countsOf(text: string): readonly [tokens: number, ids: number] | undefined {
  try {
    const row = JSON.parse(text) as { input_length?: unknown; hash_ids?: unknown } | null;
    const { input_length: tokens, hash_ids: ids } = row ?? {};
    if (!Number.isInteger(tokens) || !Array.isArray(ids)) return undefined;
    return [Number(tokens), ids.length];
  } catch {
    return undefined;
  }
}
