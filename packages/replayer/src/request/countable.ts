import type { RequestRecord } from '@trace-replay/metrics';
import { checkRecord } from '@trace-replay/metrics/internal';

import { printable } from '../errors/printable.ts';

/**
 * The record as it is, if it can be counted. Else a failed one with what is sure of it: whatever a
 * server did, the row is accounted for, and the run goes on.
 */
export function countable(record: RequestRecord): RequestRecord {
  try {
    checkRecord(record);
    return record;
  } catch (error) {
    const { schema_version, row, due_ns, target, body_bytes } = record;
    const { dispatched_ns, sent_ns, end_ns, input_tokens_asked, output_tokens_asked } = record;
    const instants = [due_ns, dispatched_ns, sent_ns, end_ns].filter(Number.isSafeInteger);
    return {
      ...{ schema_version, row, outcome: 'failed', due_ns },
      ...(dispatched_ns !== undefined && { dispatched_ns }),
      ...(sent_ns !== undefined && { sent_ns }),
      end_ns: Math.max(...(instants as number[])),
      ...(target !== undefined && { target }),
      failure: { class: 'malformed', message: printable((error as Error).message, 300) },
      input_tokens_asked,
      output_tokens_asked,
      ...(body_bytes !== undefined && { body_bytes }),
    };
  }
}
