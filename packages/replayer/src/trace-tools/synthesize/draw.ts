import { OptionsError } from '../../errors/errors.ts';
import type { Chain } from './prefix-chains.ts';
import { roundHalfEven } from '../../trace/python-format.ts';
import { type Counts, Empirical, increment, pick } from './numpy/empirical.ts';
import { Mt19937 } from './numpy/mt19937.ts';
import type { NumpyRandom } from './numpy/random.ts';
import { Pcg64 } from './numpy/pcg64.ts';
import type { TraceModel } from './model.ts';
import type { ResolvedSynthesisOptions } from './options.ts';

/** A request that was drawn and kept, its ids not yet written out. */
export interface DrawnRequest {
  readonly timestampMs: number;
  /** Tokens. */
  readonly inputLength: number;
  /** Tokens of the input that come from shared prefixes. */
  readonly contextLength: number;
  /** Tokens. */
  readonly outputLength: number;
  /** Ranges of consecutive block ids. */
  readonly ids: readonly { readonly first: number; readonly count: number }[];
}

/**
 * Draws requests from a model in datagen's order: per burst its size; per request the walk, prompt
 * length and remainder, and output length; after the burst the gap.
 */
export class RequestDraw {
  /** The stream of the walk; in the new era that of everything. */
  readonly walk: NumpyRandom;
  /** Requests drawn, kept or not. */
  drawn = 0;
  /** Requests dropped because their input length was outside the limits. */
  dropped = 0;
  /** Largest id in use. Ids of dropped prompts stay used. */
  lastId: number;

  readonly #model: TraceModel;
  readonly #options: ResolvedSynthesisOptions;
  /** Ids between those of one node and the next, so that lengthened chains do not overlap. */
  readonly #stride: number;
  /** The old era lengthens chains by whole numbers: a fraction above 1 is the next integer. */
  readonly #isWhole: boolean;
  readonly #bursts: Empirical;
  readonly #gapsMs: Empirical;
  readonly #promptBlocks: Empirical;
  readonly #remainders: Empirical;
  readonly #outputLengths: Empirical;
  /** New era: what is left in the last block of a request that ends with a chain. */
  readonly #remaindersOf = new Map<Chain, Empirical>();
  #droppedInARow = 0;

  constructor(model: TraceModel, options: ResolvedSynthesisOptions) {
    const isNew = model.compat === 'new';
    this.walk = isNew ? new Pcg64(options.seed) : new Mt19937(options.seed);
    // In the old era each distribution has its own generator, and all five draw the same numbers.
    const sampler = (counts: Counts) => new Empirical(counts, isNew ? this.walk : new Pcg64(0));
    this.#model = model;
    this.#options = options;
    this.#stride = Math.max(1, Math.ceil(options.prefixLenMultiplier));
    this.#isWhole = !isNew && options.prefixLenMultiplier > 1;
    this.lastId = this.#label(model.nodes - 1);
    this.#bursts = sampler(model.bursts);
    this.#gapsMs = sampler(model.gapsMs);
    this.#promptBlocks = sampler(multiplied(model.promptBlocks, options.promptLenMultiplier));
    this.#remainders = sampler(model.remainders);
    this.#outputLengths = sampler(model.outputLengths);
    if (!isNew) return;
    for (const chain of model.chains) this.#remaindersOf.set(chain, sampler(chain.remainders));
  }

  /**
   * @throws {OptionsError} if too many requests in a row are outside the input lengths, or a number
   *   leaves the exact integers
   */
  *requests(): Generator<DrawnRequest> {
    const { numRequests, speedupRatio = 1 } = this.#options;
    const isNew = this.#model.compat === 'new';
    let timestampMs = 0;
    for (let kept = 0; kept < numRequests;) {
      for (let left = this.#bursts.sample(); left > 0 && kept < numRequests; left -= 1) {
        const request = this.#request(timestampMs);
        if (request === undefined) continue;
        kept += 1;
        yield request;
      }
      const gapMs = this.#gapsMs.sample() / speedupRatio;
      timestampMs += isNew ? gapMs : roundHalfEven(gapMs);
      exact('timestamp', timestampMs, isNew ? Number.isFinite : Number.isSafeInteger);
    }
  }

  /** Draws one request; `undefined` when its input length is outside the limits. */
  #request(timestampMs: number): DrawnRequest | undefined {
    const { blockSize } = this.#model;
    const ids: DrawnRequest['ids'][number][] = [];
    let blocks = 0;
    let chain: Chain | undefined;
    let next = this.#model.root;
    let choice = pick(next.cumulative, this.walk.random());
    while (choice < next.chains.length) {
      chain = next.chains[choice]!;
      const count = this.#lengthened(chain.blocks);
      ids.push({ first: this.#label(chain.lastNode) - count + 1, count });
      blocks += count;
      next = chain.next;
      choice = pick(next.cumulative, this.walk.random());
    }

    let contextLength = blocks * blockSize;
    let inputLength: number;
    if (choice === next.chains.length) {
      const count = this.#promptBlocks.sample();
      ids.push({ first: this.lastId + 1, count });
      this.lastId += count;
      inputLength = contextLength + (count - 1) * blockSize + this.#remainders.sample();
    } else {
      const remainders = chain && this.#remaindersOf.get(chain);
      if (remainders !== undefined) contextLength += remainders.sample() - blockSize;
      inputLength = contextLength;
    }
    const outputLength = Math.trunc(this.#outputLengths.sample() * this.#options.oslMultiplier);
    exact('hash_ids', this.lastId, Number.isSafeInteger);
    exact('input_length', inputLength, Number.isSafeInteger);
    exact('output_length', outputLength, Number.isSafeInteger);
    this.drawn += 1;
    if (this.#isDropped(inputLength)) return undefined;
    return {
      timestampMs,
      inputLength,
      contextLength,
      outputLength: clip(outputLength, this.#options.minOsl, this.#options.maxOsl),
      ids,
    };
  }

  /** Blocks of a chain, lengthened. Source: `docs/trace-tools.md`, step 8. */
  #lengthened(blocks: number): number {
    if (this.#isWhole) return blocks * this.#stride;
    return Math.max(1, roundHalfEven(blocks * this.#options.prefixLenMultiplier));
  }

  /** Id of a chain's last block, by its last node; the others have the ids before it. */
  #label(node: number): number {
    return node * this.#stride + (this.#isWhole ? this.#stride : this.#stride - 1);
  }

  #isDropped(inputLength: number): boolean {
    const { minIsl = -Infinity, maxIsl = Infinity, maxRejections } = this.#options;
    if (inputLength >= minIsl && inputLength <= maxIsl) {
      this.#droppedInARow = 0;
      return false;
    }
    this.dropped += 1;
    this.#droppedInARow += 1;
    if (this.#droppedInARow < maxRejections) return true;
    const limits = [
      ...(minIsl === -Infinity ? [] : [`at least ${minIsl}`]),
      ...(maxIsl === Infinity ? [] : [`at most ${maxIsl}`]),
    ];
    throw new OptionsError(
      `Cannot synthesize from trace "${this.#model.file}": ${maxRejections} requests in a row are ` +
        `outside the input lengths, the last has ${inputLength} tokens, expected ${limits.join(' and ')}\n` +
        '  Change --min-isl or --max-isl, or raise --max-rejections.',
    );
  }
}

/** Lengths in blocks times a factor, whole and at least 1. */
function multiplied(lengths: Counts, factor: number): Counts {
  const longer = new Map<number, number>();
  for (const [length, count] of lengths) {
    increment(longer, Math.max(1, roundHalfEven(length * factor)), count);
  }
  return longer;
}

/** Python's order: the lower limit first, so that the upper one wins. */
function clip(value: number, least = -Infinity, most = Infinity): number {
  return Math.min(Math.max(value, least), most);
}

function exact(field: string, value: number, isExact: (value: number) => boolean): void {
  if (isExact(value)) return;
  throw new OptionsError(
    `Cannot synthesize a trace: "${field}" reaches ${value}, expected at most 2^53 - 1\n` +
      '  Use smaller multipliers, or a larger speed-up.',
  );
}
