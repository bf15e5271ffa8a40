import { planReplay, type ReplayOptions } from '@trace-replay/replayer';
import { openTrace, readRows, type TraceRow } from '@trace-replay/replayer/trace';

/** What a search knows of its trace before the first probe. */
export interface SearchTrace {
  /** Timestamps of the selected rows, ms of the trace, not decreasing; one or more. */
  readonly timestampsMs: Float64Array;
  /** Index of the first of them in the trace. */
  readonly firstRow: number;
  readonly digest: string | undefined;
  readonly options: ReplayOptions;
}

/** Reads and checks the whole trace once. @throws what keeps a replay from starting */
export async function readSearchTrace(options: ReplayOptions): Promise<SearchTrace> {
  const { source, scan, schedule } = await planReplay(options);
  await source.close();
  const { firstRow, count } = schedule;
  const timestampsMs = scan.timestampsMs.slice(firstRow, firstRow + count);
  return { timestampsMs, firstRow, digest: scan.sha256, options };
}

/** From the first row to the last at speed 1, s. */
export function spanSeconds({ timestampsMs }: SearchTrace): number {
  return (timestampsMs.at(-1)! - timestampsMs[0]!) / 1000;
}

/** The highest speed at which the rows still fill a ramp and a window. */
export function fastestSpeed(trace: SearchTrace, probeS: number): number {
  // Rounded down to four digits: a window that is not full is no window.
  const exact = spanSeconds(trace) / probeS;
  const rounded = Number(exact.toPrecision(4));
  return rounded <= exact ? rounded : Number((exact * (1 - 1e-3)).toPrecision(4));
}

/** Rows that are due in the window of a probe. */
export function rowsInWindow(
  { timestampsMs }: SearchTrace,
  speed: number,
  { rampS, windowS }: { readonly rampS: number; readonly windowS: number },
): number {
  const firstMs = timestampsMs[0]!;
  const from = firstMs + speed * rampS * 1000;
  const to = from + speed * windowS * 1000;
  return timestampsMs.filter((timestamp) => timestamp >= from && timestamp < to).length;
}

/** The selected rows up to a timestamp, in batches. */
export async function* selectedRows(
  { options, firstRow, timestampsMs }: SearchTrace,
  untilMs = Infinity,
): AsyncGenerator<TraceRow, void, undefined> {
  const source = await openTrace(options.trace);
  try {
    const { blockSize = 512, timeUnit } = options;
    const end = firstRow + timestampsMs.length;
    for await (const batch of readRows(source, { blockSize, timeUnit })) {
      for (const row of batch) {
        if (row.index < firstRow) continue;
        if (row.index >= end || row.timestampMs >= untilMs) return;
        yield row;
      }
    }
  } finally {
    await source.close();
  }
}

/**
 * Share of the prompt tokens of a window that an endless cache finds, cold when the probe starts.
 * Rows of the ramp fill it.
 *
 * @returns `undefined` if no row of the window has hash ids
 */
export async function cacheCeiling(
  trace: SearchTrace,
  speed: number,
  { rampS, windowS }: { readonly rampS: number; readonly windowS: number },
): Promise<number | undefined> {
  const { blockSize = 512 } = trace.options;
  const firstMs = trace.timestampsMs[0]!;
  const fromMs = firstMs + speed * rampS * 1000;
  const seen = new Set<number | bigint>();
  let [cached, prompt] = [0, 0];
  let hasIds = false;
  for await (const row of selectedRows(trace, fromMs + speed * windowS * 1000)) {
    const { hashIds = [], inputLength, timestampMs } = row;
    const fresh = hashIds.findIndex((id) => !seen.has(id));
    const held = fresh < 0 ? hashIds.length : fresh;
    for (const id of hashIds) seen.add(id);
    if (timestampMs < fromMs) continue;
    hasIds ||= hashIds.length > 0;
    cached += Math.min(held * blockSize, inputLength);
    prompt += inputLength;
  }
  return hasIds ? cached / prompt : undefined;
}
