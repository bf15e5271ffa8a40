// stand-in until the real one lands
import type { TraceRow } from '../trace/row.ts';
export const PROMPT_ALGORITHM = 'stub';
export function createPromptWriter(_options: {
  seed: number;
  blockSize: number;
  tokenIdRange: unknown;
}) {
  const words = (n: number) => Buffer.from('able '.repeat(n).trimEnd());
  return {
    words: (row: TraceRow) => words(row.inputLength),
    tokenIds: (row: TraceRow) => words(row.inputLength),
    warmUpWords: (_i: number, n: number) => words(n),
    warmUpTokenIds: (_i: number, n: number) => words(n),
  };
}
