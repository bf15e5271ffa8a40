import { FAILURE_SENTENCES } from '../../record/failure.ts';
import type { RequestRecord } from '../../record/record.ts';

export interface AiperfError {
  readonly code?: number;
  readonly type: string;
  readonly message: string;
  readonly cause?: string;
}

/** aiperf's words for a request that was cancelled. */
const CANCELLED: AiperfError = {
  code: 499,
  type: 'RequestCancellationError',
  message: 'The run was stopped before the answer had ended.',
};

/** The failure of a record: our class as type, an HTTP status as code, another code as cause. */
export function aiperfErrorOf({ outcome, failure }: RequestRecord): AiperfError | undefined {
  if (outcome === 'aborted_inflight') return CANCELLED;
  if (failure === undefined) return undefined;
  const { class: type, code, phase, message = FAILURE_SENTENCES[type] } = failure;
  const cause = phase ?? code;
  const isStatus = type === 'http_status' && /^\d{3}$/.test(code ?? '');
  return {
    ...(isStatus && { code: Number(code) }),
    type,
    message,
    ...(cause !== undefined && !isStatus && { cause }),
  };
}

export interface AiperfErrorCount {
  readonly error: AiperfError;
  readonly count: number;
}

/** Kinds kept apart at most: messages come from servers, and each could be another. */
const MOST_KINDS = 1000;

export class ErrorKinds {
  readonly #kinds = new Map<string, { readonly error: AiperfError; count: number }>();

  count(error: AiperfError): void {
    const key = this.#keyOf(error);
    const kind = this.#kinds.get(key);
    if (kind) kind.count++;
    else this.#kinds.set(key, { error, count: 1 });
  }

  /** The most frequent first. */
  list(): readonly AiperfErrorCount[] {
    return [...this.#kinds.values()].sort((left, right) => right.count - left.count);
  }

  /** Beyond the bound, an error joins the first one of its type. */
  #keyOf(error: AiperfError): string {
    const key = JSON.stringify(error);
    return this.#kinds.has(key) || this.#kinds.size < MOST_KINDS ? key : error.type;
  }
}
