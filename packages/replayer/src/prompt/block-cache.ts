import type { BlockId } from '../trace/row.ts';
import { sharedBlock } from './block.ts';
import { Doorkeeper } from './doorkeeper.ts';

/** What an entry costs besides its bytes: the array's and the map's own, about. */
const ENTRY_BYTES = 200;

/**
 * Texts of blocks that came more than once, under a limit of bytes; the one not used for longest
 * goes first. In real traces five of six blocks come once: these would only drive out the others,
 * so a text is kept from its second use on.
 */
export class BlockCache {
  readonly #limitBytes: number;
  readonly #seen = new Doorkeeper();
  /** From the one not used for longest to the one used last. */
  readonly #texts = new Map<BlockId, Uint8Array>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes held, with an allowance for each entry. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The text of a block, to be read only; `undefined` if it is not kept. */
  get(id: BlockId): Uint8Array | undefined {
    const text = this.#texts.get(id);
    if (text === undefined) return undefined;
    this.#texts.delete(id);
    this.#texts.set(id, text);
    return text;
  }

  /** Keeps a copy of a text that was made because `get` did not have it, if it came before. */
  offer(id: BlockId, text: Uint8Array): void {
    const cost = text.length + ENTRY_BYTES;
    if (cost > this.#limitBytes || !this.#seen.knows(sharedBlock(id))) return;
    this.#texts.set(id, new Uint8Array(text));
    this.#bytes += cost;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#texts.delete(oldest);
      this.#bytes -= length + ENTRY_BYTES;
    }
  }
}
