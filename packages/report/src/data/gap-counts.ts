import type { RequestRecord } from '@trace-replay/metrics';
import { COALESCED_BELOW_NS } from '@trace-replay/metrics/internal';

import type { TimeBins } from './time-bins.ts';

const LOWEST_MS = COALESCED_BELOW_NS / 1e6;
const STEPS_A_DECADE = 10;
/** Up to 50 s; longer gaps count in the last step. */
const STEPS = 60;

/** Gaps between the events of answers, counted by when they ended and by how long they were. */
export class GapCounts {
  readonly #bins: TimeBins;
  readonly #counts: Float64Array;
  /** Gaps shorter than 50 µs: between events that were read together. */
  coalesced = 0;
  total = 0;

  constructor(bins: TimeBins) {
    this.#bins = bins;
    this.#counts = new Float64Array(bins.count * STEPS);
  }

  /** Counts the gaps of one ok row; returns the longest in ms, `undefined` without a gap. */
  add({ content_ns: contentNs = [] }: RequestRecord): number | undefined {
    let longestNs = -1;
    for (let index = 1; index < contentNs.length; index++) {
      const gapNs = contentNs[index]! - contentNs[index - 1]!;
      if (gapNs > longestNs) longestNs = gapNs;
      this.total++;
      if (gapNs < COALESCED_BELOW_NS) {
        this.coalesced++;
        continue;
      }
      const step = Math.floor(STEPS_A_DECADE * Math.log10(gapNs / COALESCED_BELOW_NS));
      const bin = this.#bins.binOf(contentNs[index]! / 1e9);
      this.#counts[bin * STEPS + Math.min(STEPS - 1, step)]!++;
    }
    return longestNs < 0 ? undefined : longestNs / 1e6;
  }

  /** Every filled cell: its bin, the range of its gaps in ms, its count. */
  cells(): { bin: number; fromMs: number; toMs: number; count: number }[] {
    const cells = [];
    for (const [place, count] of this.#counts.entries()) {
      if (count === 0) continue;
      const step = place % STEPS;
      cells.push({
        bin: Math.floor(place / STEPS),
        fromMs: LOWEST_MS * 10 ** (step / STEPS_A_DECADE),
        toMs: LOWEST_MS * 10 ** ((step + 1) / STEPS_A_DECADE),
        count,
      });
    }
    return cells;
  }
}
