import type { RequestRecord } from '../record/record.ts';

/** Reasons that are kept apart; a server may invent as many as it likes. */
const MOST_REASONS = 20;
const MOST_CHARACTERS = 64;

/**
 * Counts the finish reasons that are known neither as success nor as failure, in bounded memory:
 * the 20 that come first by code unit, so that one that is kept was never dropped before, and its
 * count is exact.
 */
export class FinishReasons {
  readonly #counts = new Map<string, number>();

  add({ finish_reason: reason, notes }: RequestRecord): void {
    if (reason === undefined || !notes?.includes('finish_reason_unknown')) return;
    this.#count(reason.slice(0, MOST_CHARACTERS), 1);
  }

  toState(): { tally: Record<string, number> } {
    return { tally: Object.fromEntries(this.#counts) };
  }

  addState({ tally }: { tally: Readonly<Record<string, number>> }): void {
    for (const [reason, count] of Object.entries(tally)) this.#count(reason, count);
  }

  /** The most frequent first. */
  list(): readonly { readonly reason: string; readonly count: number }[] {
    return [...this.#counts]
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .map(([reason, count]) => ({ reason, count }));
  }

  #count(reason: string, count: number): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
    if (this.#counts.size <= MOST_REASONS) return;
    this.#counts.delete([...this.#counts.keys()].sort().at(-1) ?? '');
  }
}
