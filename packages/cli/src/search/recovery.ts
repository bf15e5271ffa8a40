import type { RequestRecord } from '@trace-replay/metrics';
import { replay, type ReplayOptions } from '@trace-replay/replayer';

/** Small requests, one a second, whose TTFT says whether a server is at rest. */
const EVERY_MS = 1000;
const INPUT_LENGTH = 64;
const OUTPUT_LENGTH = 1;
const AT_REST = 5;
/** At rest again: TTFT at most this many times the median at rest … */
const FACTOR = 1.5;
/** … or this much above it, ns: a server of 2 ms is not busy at 4. */
const SLACK_NS = 5e6;
/** Seeds of canaries lie far from those of the probes. */
const SEED_DISTANCE = 1_000_003;

export interface Recovery {
  readonly recovery_s: number;
  readonly unrecovered?: true;
}

/** Measures how fast a server is at rest, and waits until it is so again. */
export class RecoveryCheck {
  readonly #options: ReplayOptions;
  readonly #limitS: number;
  readonly #signal: AbortSignal;
  #atRestNs = Infinity;
  #seed: number;

  constructor(options: ReplayOptions, limitS: number, signal: AbortSignal) {
    this.#options = options;
    this.#limitS = limitS;
    this.#signal = signal;
    this.#seed = (options.seed ?? 0) + SEED_DISTANCE;
  }

  /** The median TTFT of five small requests. @throws what keeps a replay from starting */
  async measureAtRest(): Promise<void> {
    const ttftNs: number[] = [];
    for await (const record of this.#canaries(AT_REST)) ttftNs.push(ttftOf(record) ?? Infinity);
    ttftNs.sort((a, b) => a - b);
    this.#atRestNs = ttftNs[Math.floor(ttftNs.length / 2)] ?? Infinity;
  }

  /** Sends small requests until one is as fast as at rest, or the limit has passed. */
  async wait(): Promise<Recovery> {
    const beganMs = performance.now();
    const tookS = () => (performance.now() - beganMs) / 1000;
    const fastNs = Math.max(FACTOR * this.#atRestNs, this.#atRestNs + SLACK_NS);
    const count = Math.max(1, Math.ceil((this.#limitS * 1000) / EVERY_MS));
    for await (const record of this.#canaries(count)) {
      if ((ttftOf(record) ?? Infinity) <= fastNs) return { recovery_s: tookS() };
    }
    return { recovery_s: tookS(), unrecovered: true };
  }

  #canaries(count: number) {
    this.#seed += 1;
    const trace = Array.from({ length: count }, (_, index) => ({
      timestampMs: index * EVERY_MS,
      inputLength: INPUT_LENGTH,
      outputLength: OUTPUT_LENGTH,
    }));
    const { startOffsetMs: _start, limit: _limit, runId: _runId, ...options } = this.#options;
    return replay(
      {
        ...options,
        trace,
        seed: this.#seed,
        speedup: 1,
        workers: 1,
        warmUpRequests: 0,
        requestTimeoutSeconds: Math.max(1, this.#limitS),
      },
      { signal: this.#signal },
    );
  }
}

function ttftOf({ outcome, content_ns: contentNs, sent_ns: sentNs }: RequestRecord) {
  const firstNs = contentNs?.[0];
  if (outcome !== 'ok' || firstNs === undefined || sentNs === undefined) return undefined;
  return firstNs - sentNs;
}
