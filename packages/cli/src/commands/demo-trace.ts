import { encodeRow, type TraceRow } from '@trace-replay/replayer/trace';

const BLOCK_SIZE = 512;

export interface ConversationsOptions {
  readonly seed: number;
  /** How many rows to make. */
  readonly rows: number;
  /** From one burst to the next, in milliseconds. */
  readonly tickMs: number;
  /** The most rows of a burst. */
  readonly burst: number;
  /** The most turns of a conversation. */
  readonly turns: number;
  /** The most tokens that a turn adds to its prompt. */
  readonly newTokens: number;
  /** Blocks of the system prompt that all conversations share. */
  readonly systemBlocks?: number;
  /** Tokens of a conversation before its first turn, beyond the system prompt. */
  readonly firstTokens?: (random: () => number) => number;
  readonly outputLength?: (random: () => number) => number;
}

interface Conversation {
  readonly ids: number[];
  turnsLeft: number;
  tokens: number;
}

/**
 * The trace that `replay demo` brings: 200 rows in 17.9 s with prompts a tenth as long as those of
 * the recipe's trace (3,800 tokens), answers of 140 tokens, six times its rate (11/s, in bursts)
 * and its hit rate of blocks (45 %). Short prompts keep client and models from needing the same
 * cores: at the recipe's lengths most of their CPU time goes into writing and reading bodies.
 *
 * @returns lines without their ends, always the same
 */
export function demoTrace(): string[] {
  return conversations({
    ...{ seed: 35, rows: 200, tickMs: 260, burst: 10, turns: 2, newTokens: 700 },
    systemBlocks: 2,
    // Most conversations begin with a little, some with a document.
    firstTokens: (random) => 400 + Math.floor(random() ** 3 * 8000),
    outputLength: (random) => 1 + Math.floor((random() + random()) * 160),
  }).map((row) => encodeRow(row));
}

/**
 * Conversations under one system prompt. A turn's prompt is all that was said before and something
 * new; only full blocks keep their id, so the ids form a tree. Rows come in bursts, all at the same
 * millisecond, on a tick that is off by up to 3 ms. The traces in `fixtures` are made by it, too.
 */
export function conversations({
  seed,
  rows: count,
  tickMs,
  burst,
  turns,
  newTokens,
  systemBlocks = 1,
  firstTokens = () => 0,
  outputLength = (random) => 1 + Math.floor(random() * random() * 120),
}: ConversationsOptions): TraceRow[] {
  const random = createRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const rows: TraceRow[] = [];
  const system = Array.from({ length: systemBlocks }, (_, id) => id);
  let nextId = systemBlocks;
  let open: Conversation[] = [];
  const start = (): Conversation => ({
    ids: [...system],
    turnsLeft: 1 + below(turns),
    tokens: systemBlocks * BLOCK_SIZE + firstTokens(random),
  });

  for (let tick = 0; rows.length < count; tick++) {
    const timestampMs = tick === 0 ? 0 : tick * tickMs + below(7) - 3;
    // The product of two draws is small most of the time, and large now and then.
    const rowsNow = Math.min(1 + Math.floor(random() * random() * burst), count - rows.length);
    // A conversation has at most one turn in a burst.
    for (const conversation of pickSome(rowsNow)) {
      conversation.tokens += 1 + below(newTokens);
      const blocks = Math.ceil(conversation.tokens / BLOCK_SIZE);
      while (conversation.ids.length < blocks) conversation.ids.push(nextId++);
      const tokens = below(12) === 0 ? 1 : outputLength(random);
      rows.push({
        index: rows.length,
        timestampMs,
        inputLength: conversation.tokens,
        outputLength: tokens,
        hashIds: [...conversation.ids],
      });
      conversation.ids.length = Math.floor(conversation.tokens / BLOCK_SIZE);
      conversation.tokens += tokens;
      conversation.turnsLeft--;
    }
    open = open.filter(({ turnsLeft }) => turnsLeft > 0);
  }
  return rows;

  /** Conversations for one burst: about half of them go on, the others are new. */
  function pickSome(rowsNow: number): readonly Conversation[] {
    const goOn = open.filter(() => below(2) === 0).slice(0, rowsNow);
    const fresh = Array.from({ length: rowsNow - goOn.length }, start);
    open.push(...fresh);
    return [...goOn, ...fresh];
  }
}

/** Numbers in [0, 1). Source: splitmix32, the finalizer of MurmurHash3 over a Weyl sequence. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
