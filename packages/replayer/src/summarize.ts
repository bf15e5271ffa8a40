import {
  Accumulator,
  parseObjectives,
  type RequestRecord,
  summarize as summarizeCounts,
  type Summary,
  type SummaryContext,
} from '@trace-replay/metrics';

/** The objectives of the recipe, in aiperf's notation. */
export const DEFAULT_GOODPUT = 'time_to_first_token:20000 inter_token_latency:50';

export interface SummarizeOptions extends Partial<SummaryContext> {
  /** Objectives that a good request keeps, as `metric:limit` pairs in ms. */
  readonly goodput?: string | undefined;
}

/** A summary of records from elsewhere: run and conditions are there only if they were given. */
export type RecordsSummary = Omit<Summary, 'run' | 'conditions'> &
  Partial<Pick<Summary, 'run' | 'conditions'>>;

/**
 * The summary of records from anywhere, in any order: a `records.jsonl`, a filter on the records of
 * a run, a client of one's own.
 *
 * @throws {SyntaxError} for objectives that cannot be read
 * @throws {RangeError} if the fields of a record do not agree with its outcome, or a `totalRows`
 *   given is not the number of records and of rows not sent
 */
export async function summarize(
  records: Iterable<RequestRecord> | AsyncIterable<RequestRecord>,
  { goodput = DEFAULT_GOODPUT, ...context }: SummarizeOptions = {},
): Promise<RecordsSummary> {
  const accumulator = new Accumulator({ objectives: parseObjectives(goodput) });
  let count = 0;
  for await (const record of records) {
    accumulator.add(record);
    count++;
  }
  const { run, conditions, ...figures } = summarizeCounts(accumulator, {
    status: 'completed',
    totalRows: count,
    // Without conditions the summary has no prediction of the cache.
    run: {} as SummaryContext['run'],
    conditions: { trace: {} } as SummaryContext['conditions'],
    ...context,
  });
  return {
    ...figures,
    ...(context.run && { run }),
    ...(context.conditions && { conditions }),
  };
}
