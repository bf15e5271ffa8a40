/**
 * A trace whose cache hits depend on the cache: sessions that take turns in no fixed order, each
 * turn with the whole prompt of the one before and three blocks more. All begin with the same two
 * blocks.
 */
export function sessionTrace({ sessions = 24, turns = 8, gapMs = 100 } = {}): string {
  const turnOf = new Array<number>(sessions).fill(0);
  const lines: string[] = [];
  // The minimal standard generator of Park and Miller: the same trace everywhere.
  let state = 20_261_130;
  while (lines.length < sessions * turns) {
    state = (state * 48_271) % 2_147_483_647;
    const session = state % sessions;
    const turn = turnOf[session]!;
    if (turn === turns) continue;
    turnOf[session] = turn + 1;
    const blocks = 2 + 3 * (turn + 1);
    const hashIds = Array.from({ length: blocks }, (_, index) =>
      index < 2 ? index : 1000 * (session + 1) + index,
    );
    lines.push(
      JSON.stringify({
        timestamp: lines.length * gapMs,
        input_length: 512 * blocks,
        output_length: 4,
        hash_ids: hashIds,
      }),
    );
  }
  return `${lines.join('\n')}\n`;
}
