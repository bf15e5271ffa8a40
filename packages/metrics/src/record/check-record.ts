import type { RequestRecord } from './record.ts';

/** A record that is ok and was checked: it has every instant that latencies need. */
export type OkRecord = RequestRecord & {
  readonly [Field in 'sent_ns' | 'content_ns']: NonNullable<RequestRecord[Field]>;
};

/** To be asked of records that `checkRecord` has passed. */
export function isOk(record: RequestRecord): record is OkRecord {
  return record.outcome === 'ok';
}

/**
 * Checks that the fields of a record agree with its outcome and with each other.
 *
 * @throws {RangeError} naming the row and the field; a bug of ours or a file changed by hand
 */
export function checkRecord(record: RequestRecord): void {
  const { outcome, content_ns: contentNs = [] } = record;
  const fail = (what: string): never => {
    throw new RangeError(`Cannot count record of row "${record.row}": ${what}`);
  };
  for (const field of NEEDED[outcome]) {
    if (record[field] === undefined) {
      fail(`"${field}" is missing, expected a value when the outcome is "${outcome}"`);
    }
  }
  for (const field of FORBIDDEN[outcome]) {
    if (record[field] !== undefined) {
      fail(`"${field}" has a value, expected none when the outcome is "${outcome}"`);
    }
  }
  if (outcome === 'ok' && contentNs.length === 0)
    fail('"content_ns" is empty, expected an instant');
  if ((record.output_tokens === undefined) !== (record.output_tokens_by === undefined)) {
    fail('"output_tokens" and "output_tokens_by" are not both there, expected both or neither');
  }
  const tokens = record.content_tokens;
  if (tokens !== undefined && tokens.length !== contentNs.length) {
    fail(`"content_tokens" has ${tokens.length} counts, expected ${contentNs.length}`);
  }
  const { first_answer: firstAnswer = -1 } = record;
  if (firstAnswer >= contentNs.length) {
    fail(`"first_answer" is ${firstAnswer}, expected an index of "content_ns"`);
  }
  checkOrder(record, contentNs, fail);
}

/** Instants of one clock: what follows cannot be earlier. */
function checkOrder(
  { sent_ns: sentNs, end_ns: endNs }: RequestRecord,
  contentNs: readonly number[],
  fail: (what: string) => never,
): void {
  let previousNs = sentNs ?? -Infinity;
  for (const atNs of contentNs) {
    // Written so that NaN fails too.
    if (!(atNs >= previousNs)) {
      fail(`"content_ns" has ${atNs} after ${previousNs}, expected ascending instants after sent`);
    }
    previousNs = atNs;
  }
  if (endNs !== undefined && !(endNs >= previousNs)) {
    fail(`"end_ns" is ${endNs}, expected ${previousNs} or later`);
  }
}

type Field = keyof RequestRecord;

const NEEDED: Readonly<Record<RequestRecord['outcome'], readonly Field[]>> = {
  ok: ['sent_ns', 'content_ns', 'end_ns', 'finish_reason'],
  failed: ['end_ns', 'failure'],
  aborted_inflight: ['end_ns'],
  not_sent: [],
};

const FORBIDDEN: Readonly<Record<RequestRecord['outcome'], readonly Field[]>> = {
  ok: ['failure'],
  failed: ['length_mismatch'],
  aborted_inflight: ['failure', 'length_mismatch'],
  not_sent: ['sent_ns', 'content_ns', 'end_ns', 'failure', 'length_mismatch'],
};
