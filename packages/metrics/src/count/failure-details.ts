import { FAILURE_CLASSES, type FailureDetail } from '../record/failure.ts';
import type { RequestRecord } from '../record/record.ts';

/** Kinds of failure that are told apart; a server may invent as many codes as it likes. */
export const MOST_DETAILS = 50;

/** Messages of one kind that are told apart; a server may put anything into them. */
export const MOST_MESSAGES = 4;

/**
 * Counts failures by class, phase and code, and those by their message, in bounded memory: the 50
 * kinds and the four messages of each that come first in a fixed order, so that one that is kept
 * was never dropped before, and its count is exact. Rows with further messages of a kind are one
 * line without a message. Numbers and identifiers in a message make no other message.
 */
export class FailureDetails {
  /** By kind, then by the form of the message. */
  readonly #kinds = new Map<string, Map<string, FailureDetail>>();

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
    return [...this.#kinds]
      .flatMap(([kind, forms]) =>
        [...forms].map(([form, detail]) => [kind + form, detail] as const),
      )
      .sort(([keyA, a], [keyB, b]) => b.count - a.count || compare(keyA, keyB))
      .map(([, detail]) => detail);
  }

  #count(detail: FailureDetail): void {
    const kind = kindOf(detail);
    const forms = this.#kinds.get(kind) ?? new Map<string, FailureDetail>();
    this.#kinds.set(kind, forms);
    addTo(forms, detail.other_messages ? OTHERS : formOf(detail.message), detail);
    const kept = [...forms.keys()].filter((form) => form !== OTHERS);
    if (kept.length > MOST_MESSAGES) {
      const last = kept.sort(compare).at(-1)!;
      const { message: _, ...dropped } = forms.get(last)!;
      forms.delete(last);
      addTo(forms, OTHERS, { ...dropped, other_messages: true });
    }
    if (this.#kinds.size > MOST_DETAILS) {
      const last = [...this.#kinds.keys()].sort(compare).at(-1);
      if (last !== undefined) this.#kinds.delete(last);
    }
  }
}

/** The place of all messages beyond those that are told apart. */
const OTHERS = 'others';

function addTo(forms: Map<string, FailureDetail>, form: string, detail: FailureDetail): void {
  const known = forms.get(form);
  if (known === undefined) forms.set(form, detail);
  else {
    const first = detail.first_row < known.first_row ? detail : known;
    forms.set(form, { ...first, count: known.count + detail.count });
  }
}

function kindOf({ class: name, phase, code }: FailureDetail): string {
  const rung = String(FAILURE_CLASSES.indexOf(name)).padStart(2, '0');
  return JSON.stringify([rung, phase ?? null, code ?? null]);
}

/** A message without what differs from request to request: numbers, and words with digits. */
function formOf(message: string | undefined): string {
  return message === undefined
    ? ''
    : `=${message.replace(/[\p{L}\p{N}_-]*\p{N}[\p{L}\p{N}_-]*/gu, '#')}`;
}

/** By code unit, as no locale does it. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
