import { z } from 'zod';

import { FAILURE_CLASSES, TIMEOUT_PHASES } from '../record/failure.ts';
import type { Failure, RequestRecord } from '../record/record.ts';

/** Failures that share class, phase and code. */
export interface FailureDetail {
  readonly failure: Pick<Failure, 'class' | 'phase' | 'code'>;
  readonly count: number;
  /** The lowest row that failed so. */
  readonly firstRow: number;
  /** What the library or server said about that row, if anything. */
  readonly message: string | undefined;
}

/** A detail as accumulator.json has it. */
export const failureDetailStateSchema = z.object({
  class: z.enum(FAILURE_CLASSES),
  phase: z.enum(TIMEOUT_PHASES).optional(),
  code: z.string().optional(),
  count: z.int().positive(),
  first_row: z.int().nonnegative(),
  message: z.string().optional(),
});

type FailureDetailState = z.infer<typeof failureDetailStateSchema>;

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
    this.#count({ failure: kind, count: 1, firstRow: row, message });
  }

  merge(other: FailureDetails): void {
    for (const detail of other.#details.values()) this.#count(detail);
  }

  toState(): FailureDetailState[] {
    return this.list().map(({ failure, count, firstRow, message }) => ({
      ...failure,
      count,
      first_row: firstRow,
      message,
    }));
  }

  /** Adds what `toState` gave. */
  addState(state: readonly FailureDetailState[]): void {
    for (const { count, first_row: firstRow, message, ...kind } of state) {
      this.#count({ failure: kind, count, firstRow, message });
    }
  }

  /** The most frequent first. */
  list(): readonly FailureDetail[] {
    return [...this.#details]
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || compare(keyA, keyB))
      .map(([, detail]) => detail);
  }

  #count(detail: FailureDetail): void {
    const key = keyOf(detail.failure);
    const known = this.#details.get(key);
    if (known !== undefined) {
      this.#details.set(key, {
        ...(detail.firstRow < known.firstRow ? detail : known),
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

function keyOf({ class: name, phase, code }: FailureDetail['failure']): string {
  const rung = String(FAILURE_CLASSES.indexOf(name)).padStart(2, '0');
  return JSON.stringify([rung, phase ?? null, code ?? null]);
}

/** By code unit, as no locale does it. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
