import { FAILURE_CLASSES, type FailureDetail } from '../record/failure.ts';
import type { RequestRecord } from '../record/record.ts';

/** Kinds of failure that are told apart; a server may invent as many codes as it likes. */
export const MOST_DETAILS = 50;

/**
 * Counts failures by class, phase and code in bounded memory: the 50 kinds that come first in a
 * fixed order, so that a kind that is kept was never dropped before, and its count is exact.
 */
export class FailureDetails {
  readonly #details = new Map<string, FailureDetail>();

  add({ row, failure }: RequestRecord): void {
    if (failure === undefined) return;
    const { message, ...kind } = failure;
    this.#count({ ...kind, count: 1, message, first_row: row });
  }

  toState(): { failure_details: FailureDetail[] } {
    const failure_details = this.list().map(({ message, ...detail }) => ({ ...detail, message }));
    return { failure_details };
  }

  addState({ failure_details: details }: ReturnType<FailureDetails['toState']>): void {
    for (const detail of details) this.#count(detail);
  }

  /** The most frequent first. */
  list(): readonly FailureDetail[] {
    return [...this.#details]
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || compare(keyA, keyB))
      .map(([, detail]) => detail);
  }

  #count(detail: FailureDetail): void {
    const key = keyOf(detail);
    const known = this.#details.get(key);
    if (known !== undefined) {
      this.#details.set(key, {
        ...(detail.first_row < known.first_row ? detail : known),
        count: known.count + detail.count,
      });
      return;
    }
    this.#details.set(key, detail);
    if (this.#details.size > MOST_DETAILS) this.#dropLast();
  }

  #dropLast(): void {
    const last = [...this.#details.keys()].sort(compare).at(-1);
    if (last !== undefined) this.#details.delete(last);
  }
}

function keyOf({ class: name, phase, code }: FailureDetail): string {
  const rung = String(FAILURE_CLASSES.indexOf(name)).padStart(2, '0');
  return JSON.stringify([rung, phase ?? null, code ?? null]);
}

/** By code unit, as no locale does it. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
