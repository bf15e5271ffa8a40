import fc from 'fast-check';

import type { BlockId, TraceRow } from '../trace/row.ts';

export interface TraceRowsOptions {
  readonly blockSize?: number;
  /** Whether an id may follow several others. */
  readonly isTree?: boolean;
}

/**
 * Small valid traces of at least two rows that share prefixes, with bursts, fractions of
 * milliseconds and ids beyond 2^53.
 */
export function traceRows({ blockSize = 512, isTree = false }: TraceRowsOptions = {}) {
  const row = fc.record({
    gapMs: fc.constantFrom(0, 0, 1, 3000, 2999.5),
    /** Rows before this one, and how many of that row's blocks it begins with. */
    back: fc.integer({ min: 1, max: 4 }),
    sharedBlocks: fc.nat({ max: 5 }),
    ownIds: fc.array(fc.nat({ max: 6 }), { maxLength: 4 }),
    lastTokens: fc.integer({ min: 1, max: blockSize }),
    outputLength: fc.integer({ min: 1, max: 300 }),
  });
  return fc.array(row, { minLength: 2, maxLength: 30 }).map((drafts) => {
    const rows: TraceRow[] = [];
    const idOf = new Map<string, number>();
    let timestampMs = 0;
    for (const [index, draft] of drafts.entries()) {
      const shared = rows.at(-draft.back)?.hashIds?.slice(0, draft.sharedBlocks) ?? [];
      const hashIds = [...shared];
      const own = shared.length === 0 && draft.ownIds.length === 0 ? [0] : draft.ownIds;
      for (const id of own) hashIds.push(isTree ? nodeUnder(hashIds, id) : spread(id));
      timestampMs += draft.gapMs;
      rows.push({
        index,
        timestampMs,
        inputLength: (hashIds.length - 1) * blockSize + draft.lastTokens,
        outputLength: draft.outputLength,
        hashIds,
      });
    }
    return rows;

    function nodeUnder(path: readonly BlockId[], id: number): number {
      const key = [...path, id].join();
      const node = idOf.get(key) ?? idOf.size;
      idOf.set(key, node);
      return node;
    }
  });
}

function spread(id: number): BlockId {
  return id === 6 ? 2n ** 64n - 1n : id;
}
