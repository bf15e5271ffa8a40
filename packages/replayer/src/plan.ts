import { type ReplayOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { createRowSelector, createSchedule, type Schedule } from './schedule/schedule.ts';
import { secretsOf } from './errors/redact.ts';
import { parseTargetUrl, type Target } from './target/target.ts';
import { scanTrace, type TraceScan } from './scan/scan.ts';
import { type GivenRows, openRows, openTrace, type TraceSource } from './trace/source.ts';

/** A replay whose trace and options are valid; nothing was sent. */
export interface Plan {
  readonly options: ResolvedOptions;
  readonly source: TraceSource;
  readonly scan: TraceScan;
  readonly schedule: Schedule;
  readonly targets: readonly Omit<Target, 'address'>[];
}

export interface PlanOptions {
  /** Rows of a program, in place of the file that the option `trace` names. */
  readonly rows?: GivenRows | undefined;
  /**
   * Its abort ends the reading, and the plan is made of the rows until then: of a file those of the
   * pieces read, of standard input none, of a program's rows all that were taken.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks the options, reads the whole trace once, and makes the schedule. Only after the abort of
 * the signal it may have no row.
 *
 * @throws {OptionsError} for options that cannot be used together or select nothing
 * @throws {TraceError} for the first problem of the trace
 */
export async function planReplay(
  given: ReplayOptions,
  { rows, signal }: PlanOptions = {},
): Promise<Plan> {
  // Rows of a program say their unit in the name of the field.
  const options = resolveOptions(rows ? { ...given, timeUnit: 'ms' } : given);
  const targets = options.urls.map((url) => targetOf(url, options));
  const isStopped = () => signal?.aborted === true;
  const source = await (rows
    ? openRows(rows, signal)
    : openTrace(options.trace, undefined, signal));
  try {
    const { blockSize, timeUnit, speedup, startOffsetMs, endOffsetMs, limit, shard } = options;
    const selection = { startOffsetMs, endOffsetMs, limit };
    const selectRow = createRowSelector(selection);
    const reading = { blockSize, timeUnit, doubtfulUnit: 'refuse' } as const;
    const { modelPerRow, sessionHeader } = options;
    const usedFields = [
      ...(modelPerRow ? ['model'] : []),
      ...(sessionHeader === undefined ? [] : ['session_id']),
    ];
    const { serverWorkers: workers, serverCacheTokens: cacheTokens } = options;
    const serverCaches =
      workers === undefined || cacheTokens === undefined ? undefined : { workers, cacheTokens };
    const scan = await scanTrace(source, {
      ...{ ...reading, selectRow, modelPerRow, usedFields, serverCaches },
      mayBeEmpty: isStopped(),
      // All rows that were taken from a program are accounted for.
      signal: rows ? undefined : signal,
    });
    const mayBeEmpty = isStopped();
    const schedule = createSchedule(scan.timestampsMs, {
      ...{ ...selection, speedup, shard, mayBeEmpty },
    });
    return { options, source, scan, schedule, targets };
  } catch (error) {
    await source.close();
    throw error;
  }
}

function targetOf(text: string, options: ResolvedOptions): Plan['targets'][number] {
  const { path, connectTo } = options;
  const parsed = parseTargetUrl(text);
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'accept-encoding': 'identity',
    'user-agent': 'trace-replay',
    ...options.headers,
  };
  const { query } = parsed;
  const secrets = secretsOf({ headers: options.headers, query, body: options.body });
  const target = {
    ...parsed,
    secrets,
    ...(path !== undefined && { path }),
    headers,
    tls: options.tls,
  };
  if (connectTo === undefined) return target;
  const { protocol, host, hostname, port } = new URL(parsed.origin);
  const to = /:\d+$/.test(connectTo) || port === '' ? connectTo : `${connectTo}:${port}`;
  return {
    ...target,
    origin: `${protocol}//${to}`,
    headers: { host, ...headers },
    tls: { servername: hostname, ...options.tls },
  };
}
