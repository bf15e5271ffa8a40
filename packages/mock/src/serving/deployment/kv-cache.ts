/** The keys of a prompt whose blocks no cache looks at. */
export const NO_BLOCKS = new Float64Array(0);

/** Blocks that one request holds. */
export interface Lease {
  /** Blocks at the beginning of its prompt that were cached. */
  readonly hitBlocks: number;
}

interface OpenLease extends Lease {
  readonly keys: Float64Array;
  /** Keys from the first on whose cached blocks are pinned. */
  pinned: number;
  /** Blocks of its own, which nobody else can find. */
  own: number;
}

export interface KvCacheOptions {
  readonly capacityBlocks: number;
  /** Whether blocks stay after their request, to be found by the next. */
  readonly isShared: boolean;
}

/**
 * The KV cache of one worker. A block is in use, or cached and free to be dropped; the one not used
 * for longest goes first, and of the blocks of one request the last one, so that no prefix loses
 * its beginning. A prompt's blocks are found by others once it was computed.
 *
 * Keys name a block with everything before it. Cached blocks are a list in arrays of numbers: a
 * trace of 10,000 rows touches six million of them.
 */
export class KvCache {
  readonly capacityBlocks: number;
  readonly #isShared: boolean;
  readonly #slots = new Map<number, number>();
  readonly #keys: Float64Array;
  readonly #pins: Int32Array;
  /** The list of what may be dropped, the oldest first; the last entry is its head. */
  readonly #older: Int32Array;
  readonly #newer: Int32Array;
  readonly #head: number;
  readonly #emptySlots: number[] = [];
  #nextSlot = 0;
  #own = 0;
  #droppable = 0;

  constructor({ capacityBlocks, isShared }: KvCacheOptions) {
    this.capacityBlocks = capacityBlocks;
    this.#isShared = isShared;
    const slots = isShared ? capacityBlocks : 0;
    this.#keys = new Float64Array(slots);
    this.#pins = new Int32Array(slots);
    this.#older = new Int32Array(slots + 1);
    this.#newer = new Int32Array(slots + 1);
    this.#head = slots;
    this.#older[this.#head] = this.#head;
    this.#newer[this.#head] = this.#head;
  }

  /** Blocks that running requests hold. */
  get usedBlocks(): number {
    return this.#own + this.#slots.size - this.#droppable;
  }

  /** Blocks at the beginning of a prompt that are cached now. */
  match(keys: Float64Array): number {
    let hits = 0;
    while (hits < keys.length && this.#slots.has(keys[hits]!)) hits += 1;
    return hits;
  }

  /**
   * Takes blocks for a request, cached ones where its prompt begins like an earlier one.
   *
   * @param keys the prompt's blocks
   * @param wantedBlocks for prompt and output, at least as many as keys
   * @returns nothing while too many are in use
   */
  acquire(keys: Float64Array, wantedBlocks: number): Lease | undefined {
    const shared = this.#isShared ? keys : keys.subarray(0, 0);
    const hits = this.match(shared);
    const own = wantedBlocks - hits;
    let pinned = 0;
    for (let at = 0; at < hits; at += 1) {
      if (this.#pins[this.#slots.get(shared[at]!)!]! === 0) pinned += 1;
    }
    if (this.usedBlocks + pinned + own > this.capacityBlocks) return undefined;
    for (let at = 0; at < hits; at += 1) this.#pin(this.#slots.get(shared[at]!)!);
    this.#own += own;
    while (this.#own + this.#slots.size > this.capacityBlocks) this.#dropOldest();
    const lease: OpenLease = { keys: shared, hitBlocks: hits, pinned: hits, own };
    return lease;
  }

  /** The prompt of a request was computed: its blocks can be found from now on. */
  publish(lease: Lease): void {
    const open = lease as OpenLease;
    for (; open.pinned < open.keys.length; open.pinned += 1) {
      const key = open.keys[open.pinned]!;
      const present = this.#slots.get(key);
      // Where another request was faster, its block serves both.
      if (present !== undefined) this.#pin(present);
      else this.#insert(key);
      open.own -= 1;
      this.#own -= 1;
    }
  }

  /** A request ended: what it published may be dropped, the rest is free. */
  release(lease: Lease): void {
    const open = lease as OpenLease;
    for (let at = open.pinned - 1; at >= 0; at -= 1) this.#unpin(this.#slots.get(open.keys[at]!)!);
    open.pinned = 0;
    this.#own -= open.own;
    open.own = 0;
  }

  #insert(key: number): void {
    const slot = this.#emptySlots.pop() ?? this.#nextSlot++;
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.#pins[slot] = 1;
  }

  #pin(slot: number): void {
    if (this.#pins[slot] === 0) this.#unlink(slot);
    this.#pins[slot]! += 1;
  }

  #unpin(slot: number): void {
    this.#pins[slot]! -= 1;
    if (this.#pins[slot]! > 0) return;
    const newest = this.#older[this.#head]!;
    this.#newer[newest] = slot;
    this.#older[slot] = newest;
    this.#newer[slot] = this.#head;
    this.#older[this.#head] = slot;
    this.#droppable += 1;
  }

  #unlink(slot: number): void {
    const older = this.#older[slot]!;
    const newer = this.#newer[slot]!;
    this.#newer[older] = newer;
    this.#older[newer] = older;
    this.#droppable -= 1;
  }

  #dropOldest(): void {
    const slot = this.#newer[this.#head]!;
    this.#unlink(slot);
    this.#slots.delete(this.#keys[slot]!);
    this.#emptySlots.push(slot);
  }
}
